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

std::string_view Trim(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r|";
  const size_t start = text.find_first_not_of(kBlanks);
  if (start == std::string_view::npos) return {};
  return text.substr(start, text.find_last_not_of(" \t\r") - start + 1);
}

// The frame as written. Go and Rust write its place on the next line.
std::string TextOf(std::string_view line, std::string_view next_line) {
  line = Trim(line);
  if (line.starts_with("at ")) line.remove_prefix(3);
  std::string text(line);
  const std::string_view next = Trim(next_line);
  const bool go = next_line.starts_with('\t') && next.find(".go:") != std::string_view::npos;
  const bool rust = next.starts_with("at ") && next.find(".rs:") != std::string_view::npos;
  if (go || rust) text.append(" ").append(next);
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
    const std::string_view next_line = stacktrace.substr(0, stacktrace.find('\n'));
    const auto frame = ParseStackLine(line, next_line);
    if (!frame) continue;
    Section& section = sections.back();
    section.order = frame->order;
    section.frames.push_back(TextOf(line, next_line));
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
