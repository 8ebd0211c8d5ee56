#include "ingest/stream_finder.h"

#include <xxhash.h>

#include <algorithm>
#include <cstring>
#include <optional>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "fmt/format.h"

namespace faultline::ingest {
namespace {

constexpr size_t kMaxNameBytes = 4096;

// Of the text of a line with its line end, as LineReader would give it.
std::string_view RecordOf(std::string_view text, size_t max_bytes) {
  if (!text.empty() && text.back() == '\n') text.remove_suffix(1);
  if (!text.empty() && text.back() == '\r') text.remove_suffix(1);
  return text.substr(0, max_bytes);
}

}  // namespace

StreamFinder::StreamFinder(const StreamFinderOptions& options, TextStream& text, const StreamRegistry& registry)
    : options_(options),
      growing_(options.growing),
      text_(text),
      registry_(registry),
      unchanged_since_(std::chrono::steady_clock::now()) {}

absl::StatusOr<bool> StreamFinder::Step() {
  if (name_.empty() && !empty_) {
    ASSIGN_OR_RETURN(const bool known, ReadFirstLine());
    if (!known) return false;
    if (empty_) return true;
    FindCandidates();
  }
  if (!decided_) {
    ASSIGN_OR_RETURN(const bool decided, TryCandidates());
    if (!decided) return false;
    decided_ = true;
  }
  return GoToPosition();
}

absl::StatusOr<bool> StreamFinder::ReadFirstLine() {
  char block[kMaxNameBytes];
  while (true) {
    const size_t line_end = first_line_.find('\n');
    if (line_end != std::string::npos) first_line_.resize(line_end);
    if (line_end != std::string::npos || first_line_.size() >= kMaxNameBytes) break;
    ASSIGN_OR_RETURN(const std::optional<size_t> got, text_.Read(block, sizeof block));
    if (!got.has_value()) return false;
    if (*got == 0) {
      if (growing_) return false;
      empty_ = first_line_.empty();
      break;
    }
    first_line_.append(block, *got);
    if (first_line_.size() == *got) first_line_.erase(0, first_line_.find_first_not_of("\r\n"));
  }
  if (empty_) return true;
  const std::string_view line = RecordOf(std::string_view(first_line_).substr(0, kMaxNameBytes), kMaxNameBytes);
  name_ = fmt::format("file:{:016x}", XXH3_64bits(line.data(), line.size()));
  return true;
}

void StreamFinder::FindCandidates() {
  for (int n = 0;; ++n) {
    position_.stream = absl::StrCat(name_, "-", n);
    std::optional<store::StreamPosition> candidate = registry_.Find(position_.stream);
    if (!candidate.has_value()) break;
    candidates_.push_back(*std::move(candidate));
  }
  // From the front of the text to its end, so that compressed texts are read once.
  std::stable_sort(candidates_.begin(), candidates_.end(),
                   [](const auto& a, const auto& b) { return a.last_offset > b.last_offset; });
}

// Of the candidates that fit, the one that got furthest wins; `position_` is a
// new stream until one fits.
absl::StatusOr<bool> StreamFinder::TryCandidates() {
  std::vector<store::StreamPosition> again;
  while (!candidates_.empty()) {
    absl::StatusOr<Answer> answer = HasLastRecord(candidates_.back());
    if (!answer.ok()) return ExplainPipe(answer.status());
    if (*answer == Answer::kLater) return false;
    if (*answer == Answer::kYes) position_ = candidates_.back();
    if (*answer == Answer::kTooShort) again.push_back(candidates_.back());
    candidates_.pop_back();
    record_.clear();
  }
  if (again.empty() || !growing_ || position_.next_offset > 0) return true;
  ASSIGN_OR_RETURN(const bool may_grow, MayStillGrow());
  if (!may_grow) return true;
  candidates_.assign(again.rbegin(), again.rend());
  return false;
}

absl::StatusOr<bool> StreamFinder::MayStillGrow() {
  if (!text_.input().seekable()) return false;
  ASSIGN_OR_RETURN(const RawInput::State state, text_.input().CurrentState());
  const auto now = std::chrono::steady_clock::now();
  if (state != last_state_) {
    last_state_ = state;
    unchanged_since_ = now;
  }
  return now - unchanged_since_ < options_.settle;
}

absl::StatusOr<StreamFinder::Answer> StreamFinder::HasLastRecord(const store::StreamPosition& candidate) {
  if (candidate.last_offset < 0) return candidate.next_offset == 0 ? Answer::kYes : Answer::kNo;
  const auto missing = [this] { return text_.at_end() ? Answer::kTooShort : Answer::kLater; };
  if (record_.empty()) {
    ASSIGN_OR_RETURN(const bool there, text_.SeekTo(candidate.last_offset));
    if (!there) return missing();
  }
  // One byte more than a record can have tells whether the record was cut.
  const auto size = static_cast<size_t>(std::min<int64_t>(candidate.next_offset - candidate.last_offset,
                                                          static_cast<int64_t>(options_.max_record_bytes) + 2));
  while (record_.size() < size) {
    char block[16 * 1024];
    ASSIGN_OR_RETURN(const std::optional<size_t> got, text_.Read(block, std::min(sizeof block, size - record_.size())));
    if (got.value_or(0) == 0) return missing();
    record_.append(block, *got);
  }
  ASSIGN_OR_RETURN(const bool there, text_.SeekTo(candidate.next_offset));
  if (!there) return missing();
  const std::string_view record = RecordOf(record_, options_.max_record_bytes);
  const bool same = XXH3_64bits(record.data(), record.size()) == candidate.last_checksum;
  return same ? Answer::kYes : Answer::kNo;
}

absl::StatusOr<bool> StreamFinder::GoToPosition() {
  const absl::StatusOr<bool> there = text_.SeekTo(position_.next_offset);
  if (!there.ok()) return ExplainPipe(there.status());
  if (*there) text_.input().Forget();
  return there;
}

absl::Status StreamFinder::ExplainPipe(const absl::Status& status) const {
  if (status.code() != absl::StatusCode::kFailedPrecondition) return status;
  return absl::FailedPreconditionError(
      absl::StrCat(text_.input().label(),
                   ": begins like input that is in the store, but differs from it after more than 64 MB, and a pipe "
                   "cannot be read twice; save it to a file and load the file"));
}

}  // namespace faultline::ingest
