#include "deploy/server/loki_labels.h"

#include <array>
#include <utility>

#include "deploy/server/json_text.h"

namespace faultline::deploy {
namespace {

struct Level {
  std::string_view name;
  std::string_view severity;  // of the filter language, the lowest of the band
  std::string_view filter;
};

constexpr std::array<Level, 7> kLevels{{{"trace", "TRACE", "severity >= TRACE AND severity < DEBUG"},
                                        {"debug", "DEBUG", "severity >= DEBUG AND severity < INFO"},
                                        {"info", "INFO", "severity >= INFO AND severity < WARN"},
                                        {"warn", "WARN", "severity >= WARN AND severity < ERROR"},
                                        {"error", "ERROR", "severity >= ERROR AND severity < FATAL"},
                                        {"critical", "FATAL", "severity >= FATAL"},
                                        {"unknown", "", "NOT severity >= TRACE"}}};

std::string_view IdLabel(v1::IdKind kind) {
  switch (kind) {
    case v1::ID_KIND_TRACE:
      return "trace_id";
    case v1::ID_KIND_SPAN:
      return "span_id";
    case v1::ID_KIND_REQUEST:
      return "request_id";
    case v1::ID_KIND_MESSAGE:
      return "message_id";
    default:
      return "";
  }
}

}  // namespace

const std::vector<std::string>& LokiLabelNames() {
  static const std::vector<std::string> names{
      "app_version", "carrier", "code",   "endpoint", "environment", "exception", "format",    "host",  "level",
      "logger",      "os",      "region", "rule",     "service",     "side",      "signature", "topic", "version"};
  return names;
}

std::string_view LokiField(std::string_view label) {
  if (label == "service_name") return "service";
  if (label == "level" || label == "detected_level") return "severity";
  for (const std::string& name : LokiLabelNames()) {
    if (label == name) return name;
  }
  return "";
}

std::string LokiLevel(std::string_view severity) {
  for (const Level& level : kLevels) {
    if (!level.severity.empty() && severity.starts_with(level.severity)) return std::string(level.name);
  }
  return "unknown";
}

std::string LokiLevelOf(int severity_number) {
  if (severity_number < 1 || severity_number > 24) return "unknown";
  return std::string(kLevels[static_cast<size_t>(severity_number - 1) / 4].name);
}

std::string_view LokiLevelFilter(std::string_view level) {
  for (const Level& known : kLevels) {
    if (level == known.name) return known.filter;
  }
  if (level == "warning") return kLevels[3].filter;
  if (level == "fatal") return kLevels[5].filter;
  return "";
}

LokiLabels LokiLabelsOf(const v1::Event& event) {
  LokiLabels labels{{"service", event.service()},
                    {"side", event.side()},
                    {"region", event.region()},
                    {"environment", event.environment()},
                    {"host", event.host()},
                    {"os", event.os()},
                    {"version", event.service_version()},
                    {"app_version", event.app_version()},
                    {"carrier", event.carrier()},
                    {"endpoint", event.endpoint()},
                    {"logger", event.logger()},
                    {"code", event.error_code()},
                    {"exception", event.exception_type()},
                    {"signature", event.signature()},
                    {"rule", event.rule()},
                    {"format", event.format()},
                    {"topic", event.source()}};
  labels["level"] = LokiLevelOf(event.severity_number());
  for (const v1::TypedId& id : event.ids()) {
    const std::string_view label = IdLabel(id.kind());
    if (!label.empty()) labels.emplace(label, id.value());
  }
  std::erase_if(labels, [](const auto& label) { return label.second.empty(); });
  return labels;
}

std::string LokiLabelsJson(const LokiLabels& labels) {
  std::string json = "{";
  for (const auto& [name, value] : labels) {
    if (json.size() > 1) json += ',';
    json += JsonString(name) + ":" + JsonString(value);
  }
  return json + "}";
}

}  // namespace faultline::deploy
