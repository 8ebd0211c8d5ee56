// Which stream of the store a text belongs to, and where to go on in it.
//
// A stream is named after the XXH3-64 of the first non-empty line (its first
// 4 KB), "file:%016x-N". Texts that begin alike are told apart by N: a text
// belongs to the stream whose last stored record is in it, at the same place
// and with the same checksum. So a file that was renamed, moved, compressed or
// piped goes on where it was left, and one that merely begins alike, or was
// replaced, becomes a stream of its own.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "ingest/record_source.h"
#include "ingest/text_stream.h"

namespace faultline::ingest {

struct StreamFinderOptions {
  size_t max_record_bytes = 8 << 20;  // records were cut to this before they were stored
  // The text may grow: its first line counts once it is complete, and a text
  // that ends before the place of a last record is looked at again until it
  // has not changed for `settle`: it may be a copy in the making.
  bool growing = false;
  std::chrono::milliseconds settle{2'000};
};

class StreamFinder {
 public:
  // Both must outlive the finder. `text` must be at its start.
  StreamFinder(const StreamFinderOptions& options, TextStream& text, const StreamRegistry& registry);

  // Works until the answer is known (true) or the text has no more for now
  // (false: call again later). Then `text` stands at position().next_offset.
  // Errors: those of reading; FailedPrecondition for a pipe that begins like
  // a stored stream, differs from it later and cannot be read again.
  absl::StatusOr<bool> Step();
  // The text will not grow any more, whatever the options said.
  void EndsHere() { growing_ = false; }
  // Where to go on. `next_offset` is 0 for a new stream.
  const store::StreamPosition& position() const { return position_; }
  // The text is empty: there is nothing to read and no stream.
  bool empty() const { return empty_; }

 private:
  enum class Answer : uint8_t { kYes, kNo, kTooShort, kLater };

  absl::StatusOr<bool> ReadFirstLine();
  void FindCandidates();
  absl::StatusOr<Answer> HasLastRecord(const store::StreamPosition& candidate);
  absl::StatusOr<bool> TryCandidates();
  absl::StatusOr<bool> MayStillGrow();
  absl::StatusOr<bool> GoToPosition();
  absl::Status ExplainPipe(const absl::Status& status) const;

  const StreamFinderOptions options_;
  bool growing_;
  TextStream& text_;
  const StreamRegistry& registry_;
  std::string first_line_;
  std::string name_;                               // without the number; empty until the first line is known
  std::vector<store::StreamPosition> candidates_;  // still to be tried, the last first
  std::string record_;                             // of the candidate being tried, as far as it is read
  store::StreamPosition position_;
  bool decided_ = false;
  bool empty_ = false;
  RawInput::State last_state_;
  std::chrono::steady_clock::time_point unchanged_since_;
};

}  // namespace faultline::ingest
