#include "ingest/android_crash.h"

#include <algorithm>

#include "ingest/first_line.h"

namespace faultline::ingest {
namespace {

constexpr std::string_view kTombstone = "*** *** *** *** ***";
constexpr std::string_view kFatalSignal = "Fatal signal ";
constexpr int kMaxHeaderLines = 64;

// "signal 11 (SIGSEGV), code 1 (SEGV_MAPERR), fault addr 0x10": the signal's name, and what stands behind it.
void ReadSignal(std::string_view line, CrashText& crash) {
  crash.headline = line;
  const size_t open = line.find('('), close = line.find(')', std::min(open, line.size()));
  if (open == std::string_view::npos || close == std::string_view::npos) return;
  crash.type = line.substr(open + 1, close - open - 1);
  crash.message = line.substr(close + 1);
  crash.message.remove_prefix(std::min(crash.message.find_first_not_of(", "), crash.message.size()));
}

// "Abort message: 'no shard'"
std::string_view Said(std::string_view line, std::string_view name) {
  line.remove_prefix(name.size());
  if (line.size() >= 2 && line.front() == '\'' && line.back() == '\'') line = line.substr(1, line.size() - 2);
  return line;
}

}  // namespace

bool StartsAndroidCrash(std::string_view text) {
  return text.starts_with(kTombstone) ||
         (text.starts_with(kFatalSignal) && FirstLine(text).find(" (SIG") != std::string_view::npos);
}

CrashText ReadAndroidCrash(std::string_view text) {
  CrashText crash;
  crash.headline = FirstLine(text);
  if (text.starts_with(kFatalSignal)) ReadSignal(crash.headline, crash);
  std::string_view cause, abort_message;
  std::string_view rest = AfterFirstLine(text);
  for (int i = 0; i < kMaxHeaderLines && !rest.empty(); ++i, rest = AfterFirstLine(rest)) {
    const std::string_view line = FirstLine(rest);
    if (line.starts_with("signal ")) ReadSignal(line, crash);
    if (line.starts_with("Cause: ")) cause = Said(line, "Cause: ");
    if (line.starts_with("Abort message: ")) abort_message = Said(line, "Abort message: ");
    if (line.starts_with("backtrace:")) break;
  }
  const std::string_view said = !abort_message.empty() ? abort_message : cause;
  if (!said.empty()) crash.message = said;
  return crash;
}

}  // namespace faultline::ingest
