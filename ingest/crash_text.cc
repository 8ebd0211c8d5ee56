// Each kind is known by how one of its lines begins. A reader gets the text
// from that line on and takes it apart; what it does not know stays empty.
#include "ingest/crash_text.h"

#include <algorithm>
#include <array>

#include "ingest/android_crash.h"
#include "ingest/exception_text.h"
#include "ingest/first_line.h"

namespace faultline::ingest {
namespace {

constexpr size_t kNone = std::string_view::npos;
constexpr int kMaxLines = 256;
constexpr int kMaxMessageLines = 64;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

std::string_view Trim(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const size_t start = text.find_first_not_of(kBlanks);
  if (start == kNone) return {};
  return text.substr(start, text.find_last_not_of(kBlanks) - start + 1);
}

// The lines of `text` in front of the first for which `ends` holds.
template <typename Ends>
std::string_view LinesUntil(std::string_view text, const Ends& ends) {
  std::string_view rest = text;
  for (int i = 0; i < kMaxMessageLines && !rest.empty() && !ends(FirstLine(rest)); ++i) rest = AfterFirstLine(rest);
  return Trim(text.substr(0, text.size() - rest.size()));
}

// terminate called after throwing an instance of 'std::out_of_range'
//   what():  map::at
CrashText ReadTerminate(std::string_view text) {
  CrashText crash;
  const std::string_view line = FirstLine(text);
  crash.headline = line;
  const size_t quote = line.find('\'');
  if (quote != kNone) crash.type = line.substr(quote + 1, line.rfind('\'') - quote - 1);
  constexpr std::string_view kWhat = "what():";
  const std::string_view what = FirstLine(AfterFirstLine(text));
  const size_t at = what.find(kWhat);
  if (at == kNone) return crash;
  const size_t start = static_cast<size_t>(what.data() - text.data()) + at + kWhat.size();
  crash.message = LinesUntil(text.substr(start), [](std::string_view l) { return l.starts_with("Aborted"); });
  if (!crash.message.empty()) crash.headline = crash.message;
  return crash;
}

// ==24880==ERROR: AddressSanitizer: heap-use-after-free on address 0x6030…
// WARNING: ThreadSanitizer: data race (pid=24881)
CrashText ReadSanitizer(std::string_view text) {
  CrashText crash;
  crash.headline = FirstLine(text);
  const size_t name = crash.headline.find("Sanitizer");
  size_t start = name;
  while (start > 0 && crash.headline[start - 1] != ' ') --start;
  const std::string_view report = crash.headline.substr(start);
  const size_t colon = report.find(": ");
  crash.headline = report;
  crash.type = report.substr(0, colon);
  if (colon != kNone) crash.message = report.substr(colon + 2);
  return crash;
}

bool IsSanitizerLine(std::string_view line) {
  if (line.find("Sanitizer: ") == kNone) return false;
  if (line.starts_with("WARNING: ")) return true;
  if (!line.starts_with("==")) return false;
  line.remove_prefix(2);
  while (!line.empty() && IsDigit(line.front())) line.remove_prefix(1);
  return line.starts_with("==ERROR: ") || line.starts_with("==WARNING: ");
}

// thread 'main' (24966) panicked at src/main.rs:7:33:
// message store unavailable
// Before Rust 1.73: thread 'main' panicked at 'message', src/main.rs:7:33
CrashText ReadRustPanic(std::string_view text) {
  CrashText crash;
  crash.type = "panic";
  crash.headline = FirstLine(text);
  constexpr std::string_view kPanicked = "panicked at ";
  const std::string_view behind = text.substr(text.find(kPanicked) + kPanicked.size());
  if (behind.starts_with('\'')) {
    const std::string_view line = FirstLine(behind);
    crash.message = line.substr(1, line.rfind("', ") - 1);
  } else {
    crash.message = LinesUntil(AfterFirstLine(text), [](std::string_view line) {
      return line.starts_with("stack backtrace:") || line.starts_with("note: ");
    });
  }
  if (!crash.message.empty()) crash.headline = crash.message;
  return crash;
}

// panic: runtime error: index out of range [3] with length 0
// fatal error: all goroutines are asleep - deadlock!
CrashText ReadGoPanic(std::string_view text) {
  CrashText crash;
  crash.headline = LinesUntil(text, [](std::string_view line) {
    return line.empty() || line.starts_with("goroutine ") || line.starts_with("[signal ") || line.starts_with("\t");
  });
  const size_t colon = crash.headline.find(": ");
  crash.type = crash.headline.starts_with("panic") ? "panic" : "fatal error";
  crash.message = colon == kNone ? std::string_view() : crash.headline.substr(colon + 2);
  return crash;
}

CrashText ReadFatalPython(std::string_view text) {
  CrashText crash;
  crash.type = "Fatal Python error";
  crash.headline = FirstLine(text);
  crash.message = Trim(crash.headline.substr(crash.headline.find(':') + 1));
  return crash;
}

//   + Exception Group Traceback (most recent call last):
//   | ExceptionGroup: delivery failed (2 sub-exceptions)
CrashText ReadExceptionGroup(std::string_view text) {
  CrashText crash;
  crash.headline = Trim(FirstLine(text));
  std::string_view rest = AfterFirstLine(text);
  for (int i = 0; i < kMaxLines && !rest.empty(); ++i, rest = AfterFirstLine(rest)) {
    std::string_view line = Trim(FirstLine(rest));
    if (!line.starts_with("| ") || line.starts_with("|  ")) continue;
    line.remove_prefix(2);
    const ExceptionHead head = ParseRaisedLine(line);
    if (head.type.empty()) continue;
    crash.type = head.type;
    crash.message = head.message;
    crash.headline = line;
    break;
  }
  return crash;
}

// # A fatal error has been detected by the Java Runtime Environment:
// #
// #  SIGSEGV (0xb) at pc=0x00007f4b424d2f94, pid=25049, tid=25050
CrashText ReadJvmError(std::string_view text) {
  CrashText crash;
  crash.headline = Trim(FirstLine(text).substr(1));
  std::string_view rest = AfterFirstLine(text);
  for (int i = 0; i < 8 && !rest.empty(); ++i, rest = AfterFirstLine(rest)) {
    const std::string_view line = FirstLine(rest);
    if (!line.starts_with("#")) break;
    const std::string_view said = Trim(line.substr(1));
    if (said.empty()) continue;
    crash.headline = crash.message = said;
    crash.type = said.substr(0, said.find_first_of(" (:"));
    break;
  }
  return crash;
}

CrashText ReadNodeHeap(std::string_view text) {
  CrashText crash;
  crash.headline = FirstLine(text);
  crash.type = "FATAL ERROR";
  crash.message = Trim(crash.headline.substr(crash.headline.find(':') + 1));
  return crash;
}

// "Unhandled exception:" and behind it what was thrown, as text (Dart).
CrashText ReadDart(std::string_view text) {
  CrashText crash;
  crash.message = LinesUntil(AfterFirstLine(text), [](std::string_view line) { return line.starts_with("#0 "); });
  const ExceptionHead head = ParseExceptionLine(FirstLine(crash.message));
  crash.headline = crash.message.empty() ? FirstLine(text) : crash.message;
  crash.type = head.type;
  if (!head.type.empty()) crash.message.remove_prefix(std::min(head.type.size() + 2, crash.message.size()));
  return crash;
}

// PHP Fatal error:  Uncaught RuntimeException: no shard in /app/x.php:12
// exception 'Exception' with message 'Custom exception' in /app/x.php:5
CrashText ReadPhp(std::string_view text) {
  CrashText crash;
  const std::string_view line = FirstLine(text);
  crash.headline = line;
  std::string_view said = line;
  if (line.starts_with("exception '")) {
    constexpr std::string_view kWith = "' with message '";
    const size_t with = line.find(kWith);
    if (with == kNone) return crash;
    crash.type = line.substr(11, with - 11);
    said = line.substr(with + kWith.size());
    crash.message = said.substr(0, said.rfind("' in "));
    return crash;
  }
  constexpr std::string_view kUncaught = "Uncaught ";
  const size_t uncaught = line.find(kUncaught);
  if (uncaught == kNone) return crash;
  said = line.substr(uncaught + kUncaught.size());
  const size_t end = said.find_first_of(": ");
  crash.type = said.substr(0, end);
  if (end != kNone && said[end] == ':') crash.message = Trim(said.substr(end + 1, said.rfind(" in ") - end - 1));
  return crash;
}

// /app/routes.rb:6:in `/': divided by 0 (ZeroDivisionError)
CrashText ReadRuby(std::string_view text) {
  CrashText crash;
  const std::string_view line = FirstLine(text);
  const size_t open = line.rfind(" (");
  const size_t colon = line.find("': ");
  crash.headline = Trim(line.substr(colon + 2));
  crash.type = line.substr(open + 2, line.size() - open - 3);
  crash.message = Trim(line.substr(colon + 2, open - colon - 2));
  return crash;
}

bool IsRubyLine(std::string_view line) {
  const size_t in = line.find(".rb:");
  if (in == kNone || !line.ends_with(')')) return false;
  const size_t open = line.rfind(" (");
  const size_t colon = line.find("': ");
  return colon != kNone && open != kNone && colon > in && open > colon;
}

// /srv/chat/service.js:12
// function parse (envelope) { return envelope.recipient.address }
//                                                       ^
// TypeError: Cannot read properties of undefined (reading 'address')
bool IsNodeSource(std::string_view text) {
  const std::string_view place = FirstLine(text);
  if (place.empty() || !IsDigit(place.back()) || place.find(' ') != kNone || place.find(':') == kNone) return false;
  std::string_view rest = AfterFirstLine(AfterFirstLine(text));
  const std::string_view mark = Trim(FirstLine(rest));
  return !mark.empty() && mark.find_first_not_of("^~") == kNone;
}

CrashText ReadNode(std::string_view text) {
  CrashText crash;
  std::string_view rest = AfterFirstLine(AfterFirstLine(AfterFirstLine(text)));
  while (!rest.empty() && Trim(FirstLine(rest)).empty()) rest = AfterFirstLine(rest);
  std::string_view said = LinesUntil(rest, [](std::string_view line) {
    const std::string_view trimmed = Trim(line);
    return trimmed.starts_with("at ") || line.starts_with("Node.js v") || trimmed == "}";
  });
  if (said.empty()) said = FirstLine(text);
  crash.headline = said;
  if (said.starts_with("Uncaught")) {
    said = Trim(said.substr(8));
  } else if (said.starts_with('[')) {
    said.remove_prefix(1);  // an error whose stack is its name
  }
  const size_t end = said.find_first_of(": [\n");
  const std::string_view name = said.substr(0, end);
  const bool is_name = !name.empty() && name[0] >= 'A' && name[0] <= 'Z' && end != kNone && said[end] != '\n';
  if (!is_name) return crash;
  const size_t colon = said.find(": ");
  crash.type = name;
  crash.message = colon == kNone ? std::string_view() : said.substr(colon + 2);
  return crash;
}

using Reader = CrashText (*)(std::string_view);

// The reader for a crash whose first line `text` starts with, or null.
Reader ReaderFor(std::string_view text) {
  if (text.starts_with("terminate called ")) return ReadTerminate;
  if (text.starts_with("thread '") && FirstLine(text).find("panicked at ") != kNone) return ReadRustPanic;
  if (text.starts_with("Fatal Python error: ")) return ReadFatalPython;
  if (text.starts_with("Unhandled exception:\n")) return ReadDart;
  if (text.starts_with("exception '") || text.starts_with("PHP Fatal error:  Uncaught ") ||
      text.starts_with("Fatal error: Uncaught ") || text.starts_with("PHP Fatal error: Uncaught ")) {
    return ReadPhp;
  }
  if (text.starts_with("panic: ") || text.starts_with("fatal error: ") || text.starts_with("panic(")) {
    return text.find("\ngoroutine ") != kNone ? ReadGoPanic : nullptr;
  }
  if (text.starts_with("# A fatal error has been detected by the Java") ||
      text.starts_with("# There is insufficient memory for the Java")) {
    return ReadJvmError;
  }
  if (text.starts_with("FATAL ERROR: ")) return ReadNodeHeap;
  if (StartsAndroidCrash(text)) return ReadAndroidCrash;
  const std::string_view line = FirstLine(text);
  if (IsSanitizerLine(line)) return ReadSanitizer;
  if (line.find("Exception Group Traceback (most") != kNone) return ReadExceptionGroup;
  if (IsRubyLine(line)) return ReadRuby;
  return IsNodeSource(text) ? ReadNode : nullptr;
}

// Lines that stand in front of a report and belong to it.
bool LeadsIn(std::string_view line) {
  if (line.find_first_not_of('=') == kNone || line == "#" || line.starts_with("AddressSanitizer:DEADLY")) return true;
  if (line.starts_with("<--- ") || (line.starts_with('[') && line.find(" ms: ") != kNone)) return true;
  return line.find(": runtime error: ") != kNone;
}

}  // namespace

std::optional<CrashText> FindCrash(std::string_view text) {
  size_t lead_in = kNone;  // where the lines in front of a report start
  size_t start = 0;
  for (int lines = 0; lines < kMaxLines && start < text.size(); ++lines) {
    const std::string_view rest = text.substr(start);
    if (const Reader reader = ReaderFor(rest)) {
      CrashText crash = reader(rest);
      crash.start = lead_in == kNone ? start : lead_in;
      if (crash.headline.empty()) crash.headline = FirstLine(rest);
      return crash;
    }
    const bool leads_in = LeadsIn(FirstLine(rest));
    if (!leads_in) lead_in = kNone;
    if (leads_in && lead_in == kNone) lead_in = start;
    const size_t newline = rest.find('\n');
    if (newline == kNone) break;
    start += newline + 1;
  }
  return std::nullopt;
}

}  // namespace faultline::ingest
