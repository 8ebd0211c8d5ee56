// The bytes of a file or a pipe as they are on the disk or in the pipe, before
// any decompression.
//
// A file can be read from any place. A pipe can be read once; so that the start
// of it can be looked at and then read again, its first 64 MB are remembered
// until Forget(). Never blocks. Not thread-safe.
#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace faultline::ingest {

// Device and inode: what a file is, whatever its name.
using FileId = std::pair<uint64_t, uint64_t>;

class RawInput {
 public:
  // `path` "-" is standard input. Errors, all of which name the path: NotFound,
  // PermissionDenied, InvalidArgument for a folder.
  static absl::StatusOr<std::unique_ptr<RawInput>> Open(const std::string& path);
  ~RawInput();
  RawInput(const RawInput&) = delete;
  RawInput& operator=(const RawInput&) = delete;

  // Reads up to `size` bytes (> 0) at the current place. 0 is the end, which
  // for a file is only the end of today; nullopt: a pipe has nothing now.
  absl::StatusOr<std::optional<size_t>> Read(char* buffer, size_t size);
  // Waits up to `timeout_ms` until a pipe has something; at once for a file.
  void WaitReadable(int timeout_ms) const;
  // Moves to `offset`. Errors: FailedPrecondition when a pipe has gone on too far.
  absl::Status Seek(int64_t offset);
  // The caller will not seek any more: a pipe need not be remembered.
  void Forget();

  bool seekable() const { return seekable_; }
  int64_t offset() const { return offset_; }
  // The path, or "stdin".
  const std::string& label() const { return label_; }
  struct State {
    int64_t size = 0;  // bytes
    int64_t modified_ns = 0;
    friend bool operator==(const State&, const State&) = default;
  };
  // Of a file as it is now. Errors: Internal.
  absl::StatusOr<State> CurrentState() const;
  FileId id() const { return id_; }

 private:
  RawInput(int fd, std::string label, const struct stat& info);
  absl::Status ErrnoStatus(const char* doing) const;
  absl::StatusOr<std::optional<size_t>> ReadPipe(char* buffer, size_t size);

  const int fd_;
  const std::string label_;
  const bool seekable_;
  const FileId id_;
  int64_t base_ = 0;    // where the descriptor stood when we got it: `(head -1; load -) <file`
  int64_t offset_ = 0;  // of the next byte that Read gives
  // Pipes only: bytes [0, pipe_start_.size()) of it while `remembering_`.
  std::string pipe_start_;
  bool remembering_ = true;
};

}  // namespace faultline::ingest
