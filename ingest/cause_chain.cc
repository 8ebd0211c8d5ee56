#include "ingest/cause_chain.h"

#include "ingest/exception_text.h"
#include "ingest/frame_name.h"

namespace faultline::ingest {
namespace {

constexpr size_t kNone = std::string_view::npos;
constexpr int kMaxLines = 4'096;
constexpr std::string_view kInner = "---> ";

std::string_view TakeLine(std::string_view& text) {
  const size_t end = text.find('\n');
  std::string_view line = text.substr(0, end);
  text.remove_prefix(end == kNone ? text.size() : end + 1);
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  return line;
}

bool SaysPythonCause(std::string_view line) {
  return line.starts_with("The above exception was the direct cause") ||
         line.starts_with("During handling of the above");
}

// The part of `line` that names a cause; empty when it does not.
std::string_view CauseIn(std::string_view line) {
  const size_t start = line.find_first_not_of(" \t");
  if (start == kNone) return {};
  const std::string_view text = line.substr(start);
  for (const std::string_view mark : {"Caused by: ", "[cause]: "}) {
    if (text.starts_with(mark)) return text.substr(mark.size());
  }
  const size_t inner = text.find(kInner);
  return inner == kNone ? std::string_view() : text.substr(inner + kInner.size());
}

}  // namespace

std::vector<std::string> CauseTypes(std::string_view stacktrace, size_t limit) {
  std::vector<std::string> types;
  const auto add = [&types](std::string_view line) {
    const std::string_view type = ParseExceptionLine(line).type;
    if (!type.empty()) types.push_back(NormaliseFrameName(type, {}));
  };
  std::string_view before;  // the last line that was not blank
  for (int i = 0; i < kMaxLines && !stacktrace.empty() && types.size() < limit; ++i) {
    const std::string_view line = TakeLine(stacktrace);
    if (SaysPythonCause(line)) add(before);
    // .NET writes a whole chain on one line.
    for (std::string_view cause = CauseIn(line); !cause.empty() && types.size() < limit; cause = CauseIn(cause)) {
      add(cause.substr(0, cause.find(" ---> ")));
    }
    if (line.find_first_not_of(" \t") != kNone) before = line;
  }
  return types;
}

}  // namespace faultline::ingest
