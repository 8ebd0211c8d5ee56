#include "ingest/formats/metrickit.h"

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"

namespace faultline::ingest {
namespace {

namespace dom = simdjson::dom;

constexpr size_t kMaxFrames = 512;

struct Kind {
  std::string_view name;   // of the array
  std::string_view type;   // of the exception, where no signal is told
  std::string_view level;  // a crash ends the app, the others do not
};
constexpr std::array<Kind, 4> kKinds = {{{"crashDiagnostics", "crash", "fatal"},
                                         {"hangDiagnostics", "hang", "error"},
                                         {"cpuExceptionDiagnostics", "cpu exception", "warn"},
                                         {"diskWriteExceptionDiagnostics", "disk write exception", "warn"}}};

std::string ScalarOf(const dom::object& object, std::string_view name) {
  dom::element value;
  std::string_view text;
  if (object[name].get(value) != simdjson::SUCCESS || value.is_null()) return {};
  return value.get(text) == simdjson::SUCCESS ? std::string(text) : std::string(simdjson::minify(value));
}

void AddField(std::string_view name, std::string_view value, Arena& arena, EnvelopePart& part) {
  if (!value.empty()) part.fields.emplace_back(name, arena.Copy(value));
}

// Frames from the outermost to the one that failed: each holds the one it called.
void ReadFrames(const dom::array& roots, std::vector<std::string>& frames) {
  dom::array level = roots;
  while (frames.size() < kMaxFrames) {
    dom::object frame;
    if (level.at(0).get(frame) != simdjson::SUCCESS) return;
    const std::string name = ScalarOf(frame, "binaryName");
    frames.push_back(absl::StrCat("\tat ", name, "+", ScalarOf(frame, "offsetIntoBinaryTextSegment"), " (", name, ")"));
    if (frame["subFrames"].get(level) != simdjson::SUCCESS) return;
  }
}

// The thread that is to blame, else the first.
std::string StackOf(const dom::object& diagnostic) {
  dom::array stacks;
  if (diagnostic["callStackTree"]["callStacks"].get(stacks) != simdjson::SUCCESS) return {};
  std::optional<dom::array> roots;
  for (const dom::element stack : stacks) {
    bool blamed = false;
    const bool is_blamed = stack["threadAttributed"].get(blamed) == simdjson::SUCCESS && blamed;
    dom::array here;
    if (stack["callStackRootFrames"].get(here) != simdjson::SUCCESS) continue;
    if (!roots.has_value() || is_blamed) roots = here;
    if (is_blamed) break;
  }
  std::vector<std::string> frames;
  if (roots.has_value()) ReadFrames(*roots, frames);
  std::string text;
  for (auto frame = frames.rbegin(); frame != frames.rend(); ++frame) absl::StrAppend(&text, "\n", *frame);
  return text;
}

EnvelopePart PartOf(const dom::object& payload, const dom::object& diagnostic, const Kind& kind, Arena& arena) {
  EnvelopePart part;
  dom::object meta;
  if (diagnostic["diagnosticMetaData"].get(meta) != simdjson::SUCCESS) return part;
  int64_t signal = 0;
  if (meta["signal"].get(signal) != simdjson::SUCCESS) signal = 0;
  const std::string_view name = SignalName(signal);
  const std::string_view type = name.empty() ? kind.type : name;
  const std::string reason = ScalarOf(meta, "terminationReason");
  const std::string head =
      absl::StrCat(absl::string_view(type.data(), type.size()), reason.empty() ? "" : ": ", reason);
  const std::string stack = StackOf(diagnostic);
  AddField("time", ScalarOf(payload, "timeStampEnd"), arena, part);
  AddField("level", kind.level, arena, part);
  AddField("side", "client", arena, part);
  AddField("message", head, arena, part);
  AddField("exception.type", type, arena, part);
  AddField("exception.message", reason, arena, part);
  if (!stack.empty()) AddField("exception.stacktrace", head + stack, arena, part);
  AddField("app_version", ScalarOf(meta, "appVersion"), arena, part);
  AddField("app", ScalarOf(meta, "bundleIdentifier"), arena, part);
  AddField("os.name", ScalarOf(meta, "osVersion"), arena, part);
  AddField("device.model.identifier", ScalarOf(meta, "deviceType"), arena, part);
  AddField("app.build", ScalarOf(meta, "appBuildVersion"), arena, part);
  AddField("metrickit.exception_type", ScalarOf(meta, "exceptionType"), arena, part);
  AddField("metrickit.exception_code", ScalarOf(meta, "exceptionCode"), arena, part);
  AddField("metrickit.hang_duration", ScalarOf(meta, "hangDuration"), arena, part);
  return part;
}

}  // namespace

bool SplitMetricKit(const dom::object& payload, size_t max_parts, Arena& arena, Envelope& envelope) {
  bool fits = false;
  for (const Kind& kind : kKinds) {
    dom::array diagnostics;
    if (payload[kind.name].get(diagnostics) != simdjson::SUCCESS) continue;
    for (const dom::element element : diagnostics) {
      dom::object diagnostic;
      if (element.get(diagnostic) != simdjson::SUCCESS) continue;
      fits = true;
      if (envelope.parts.size() < max_parts) envelope.parts.push_back(PartOf(payload, diagnostic, kind, arena));
    }
  }
  return fits;
}

std::string_view SignalName(int64_t number) {
  switch (number) {
    case 4:
      return "SIGILL";
    case 5:
      return "SIGTRAP";
    case 6:
      return "SIGABRT";
    case 8:
      return "SIGFPE";
    case 9:
      return "SIGKILL";
    case 10:
      return "SIGBUS";
    case 11:
      return "SIGSEGV";
    case 13:
      return "SIGPIPE";
    default:
      return {};
  }
}

}  // namespace faultline::ingest
