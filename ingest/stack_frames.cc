// TopFrames: reads a stack trace line by line and keeps the first frames of the
// application, or of anybody where the application has none.
#include <algorithm>
#include <deque>
#include <string>
#include <vector>

#include "ingest/frame_name.h"
#include "ingest/signature.h"
#include "ingest/stack_line.h"

namespace faultline::ingest {
namespace {

// A longer trace is a loop of calls; its top says enough.
constexpr int kMaxLines = 4'096;

// The frames of one kind, in the order of the text or its reverse.
class Frames {
 public:
  explicit Frames(size_t limit) : limit_(limit) {}

  void Add(const StackFrame& frame) {
    const bool last_wins = frame.order == FrameOrder::kTopLast;
    if (!last_wins && names_.size() >= limit_) return;
    std::string name = NormaliseFrameName(frame.function, frame.file);
    if (last_wins) {
      if (!names_.empty() && names_.front() == name) return;  // recursion counts once
      names_.push_front(std::move(name));
      if (names_.size() > limit_) names_.pop_back();
    } else if (names_.empty() || names_.back() != name) {
      names_.push_back(std::move(name));
    }
  }
  void Clear() { names_.clear(); }
  bool empty() const { return names_.empty(); }
  std::vector<std::string> Take() && { return {names_.begin(), names_.end()}; }

 private:
  const size_t limit_;
  std::deque<std::string> names_;
};

std::string_view TakeLine(std::string_view& text) {
  const size_t end = text.find('\n');
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return line;
}

}  // namespace

std::vector<std::string> TopFrames(std::string_view stacktrace, int limit) {
  Frames own(static_cast<size_t>(std::max(limit, 0)));
  Frames all(static_cast<size_t>(std::max(limit, 0)));
  for (int i = 0; i < kMaxLines && !stacktrace.empty(); ++i) {
    const std::string_view line = TakeLine(stacktrace);
    // Python writes what was raised first, first; Go writes every goroutine,
    // the failing one first.
    if (line.starts_with("Traceback (most recent call last)")) {
      own.Clear();
      all.Clear();
      continue;
    }
    if (line.starts_with("goroutine ") && !all.empty()) break;
    const auto frame = ParseStackLine(line, stacktrace.substr(0, stacktrace.find('\n')));
    if (!frame) continue;
    all.Add(*frame);
    if (frame->in_app) own.Add(*frame);
  }
  return own.empty() ? std::move(all).Take() : std::move(own).Take();
}

}  // namespace faultline::ingest
