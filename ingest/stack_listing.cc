#include "ingest/stack_listing.h"

#include <algorithm>

#include "ingest/stack_line.h"

namespace faultline::ingest {
namespace {

constexpr int kMaxLines = 32'768;

// The frames of one exception, or of one goroutine.
struct Section {
  std::vector<std::string> frames;
  FrameOrder order = FrameOrder::kTopFirst;
};

std::string_view TakeLine(std::string_view& text) {
  const size_t end = text.find('\n');
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return line;
}

std::string TextOf(const StackFrame& frame) {
  if (frame.file.empty()) return std::string(frame.function);
  if (frame.function.empty()) return std::string(frame.file);
  std::string text(frame.function);
  text.append(" (").append(frame.file).append(")");
  return text;
}

bool StartsSection(std::string_view line) {
  line.remove_prefix(std::min(line.find_first_not_of(" \t|+-"), line.size()));
  for (const std::string_view start : {"Traceback (most recent call last)", "Exception Group Traceback",
                                       "Caused by: ", "Suppressed: ", "Wrapped by: ", "goroutine ", "[cause]: "}) {
    if (line.starts_with(start)) return true;
  }
  return false;
}

}  // namespace

std::vector<std::string> ListFrames(std::string_view stacktrace, size_t limit) {
  std::vector<Section> sections(1);
  size_t found = 0;
  for (int i = 0; i < kMaxLines && !stacktrace.empty() && found < limit; ++i) {
    const std::string_view line = TakeLine(stacktrace);
    if (StartsSection(line) && !sections.back().frames.empty()) sections.emplace_back();
    const auto frame = ParseStackLine(line, stacktrace.substr(0, stacktrace.find('\n')));
    if (!frame) continue;
    Section& section = sections.back();
    section.order = frame->order;
    section.frames.push_back(TextOf(*frame));
    ++found;
  }
  // Python writes the cause before what it caused, and the caller before the called.
  const bool outermost_last = sections.front().order == FrameOrder::kTopLast;
  if (outermost_last) std::reverse(sections.begin(), sections.end());
  std::vector<std::string> frames;
  for (Section& section : sections) {
    if (section.order == FrameOrder::kTopLast) std::reverse(section.frames.begin(), section.frames.end());
    std::move(section.frames.begin(), section.frames.end(), std::back_inserter(frames));
  }
  return frames;
}

}  // namespace faultline::ingest
