// The decompressed text of a file or pipe. Plain, gzip (several members),
// zstd (several frames) and UTF-16 (which becomes UTF-8) are told apart by their first bytes.
//
// Offsets are byte offsets in the text. Never blocks. Not thread-safe.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "ingest/raw_input.h"

namespace faultline::ingest {

class TextStream {
 public:
  virtual ~TextStream() = default;

  // Looks at the first bytes of `input`, which must be at its start. Nullptr
  // while a pipe, or with `growing` an empty file, does not have them yet.
  static absl::StatusOr<std::unique_ptr<TextStream>> Open(std::unique_ptr<RawInput>& input, bool growing);

  // As RawInput::Read. Errors: DataLoss for compressed data that is broken;
  // OutOfRange where it ends too early, with all there was delivered before.
  absl::StatusOr<std::optional<size_t>> Read(char* buffer, size_t size);
  // Moves to `offset`. False when the text ends before it (`at_end`) or has no
  // more for now; call again then. Cheap for plain files; others decompress.
  absl::StatusOr<bool> SeekTo(int64_t offset);

  int64_t offset() const { return offset_; }
  // Whether the last Read or SeekTo met the end.
  bool at_end() const { return at_end_; }
  // Also of UTF-16: whether offsets are none of the file's.
  virtual bool compressed() const = 0;
  RawInput& input() { return *input_; }
  const RawInput& input() const { return *input_; }

 protected:
  explicit TextStream(std::unique_ptr<RawInput> input) : input_(std::move(input)) {}
  virtual absl::StatusOr<std::optional<size_t>> ReadText(char* buffer, size_t size) = 0;
  // Forgets everything decompressed: the input is at its start again.
  virtual absl::Status Restart() = 0;

 private:
  const std::unique_ptr<RawInput> input_;
  int64_t offset_ = 0;
  bool at_end_ = false;
};

}  // namespace faultline::ingest
