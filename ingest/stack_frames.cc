// TopFrames: reads a stack trace line by line and keeps the first frames of the
// application, or of anybody where the application has none.
#include <algorithm>
#include <deque>
#include <iterator>
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

  void Add(const StackFrame& frame, size_t begin, size_t end) {
    const bool last_wins = frame.order == FrameOrder::kTopLast;
    if (!last_wins && frames_.size() >= limit_) return;
    PlacedFrame placed{NormaliseFrameName(frame.function, frame.file), begin, end};
    if (last_wins) {
      if (!frames_.empty() && frames_.front().name == placed.name) return;  // recursion counts once
      frames_.push_front(std::move(placed));
      if (frames_.size() > limit_) frames_.pop_back();
    } else if (frames_.empty() || frames_.back().name != placed.name) {
      frames_.push_back(std::move(placed));
    }
  }
  void Clear() { frames_.clear(); }
  bool empty() const { return frames_.empty(); }
  std::vector<PlacedFrame> Take() && {
    return {std::make_move_iterator(frames_.begin()), std::make_move_iterator(frames_.end())};
  }

 private:
  const size_t limit_;
  std::deque<PlacedFrame> frames_;
};

std::string_view TakeLine(std::string_view& text) {
  const size_t end = text.find('\n');
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return line;
}

}  // namespace

std::vector<PlacedFrame> PlacedTopFrames(std::string_view stacktrace, int limit) {
  const char* const start = stacktrace.data();
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
    const auto begin = static_cast<size_t>(line.data() - start);
    all.Add(*frame, begin, begin + line.size());
    if (frame->in_app) own.Add(*frame, begin, begin + line.size());
  }
  return own.empty() ? std::move(all).Take() : std::move(own).Take();
}

std::vector<std::string> TopFrames(std::string_view stacktrace, int limit) {
  std::vector<std::string> names;
  for (PlacedFrame& frame : PlacedTopFrames(stacktrace, limit)) names.push_back(std::move(frame.name));
  return names;
}

}  // namespace faultline::ingest
