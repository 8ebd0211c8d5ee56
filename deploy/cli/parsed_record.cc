#include "deploy/cli/parsed_record.h"

#include <array>
#include <string_view>
#include <utility>

#include "absl/strings/ascii.h"
#include "base/timestamp.h"
#include "base/varint.h"
#include "deploy/cli/json_object.h"
#include "ingest/stack_listing.h"

namespace faultline::deploy {
namespace {

using store::Dimension;

constexpr std::array<std::string_view, 6> kSeverityNames = {"TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"};

// Dimensions that have no place of their own in the object.
constexpr std::array<std::pair<Dimension, std::string_view>, 11> kDimensions = {
    {{Dimension::kServiceVersion, "serviceVersion"},
     {Dimension::kEnvironment, "environment"},
     {Dimension::kRegion, "region"},
     {Dimension::kHost, "host"},
     {Dimension::kOs, "os"},
     {Dimension::kAppVersion, "appVersion"},
     {Dimension::kCarrier, "carrier"},
     {Dimension::kEndpoint, "endpoint"},
     {Dimension::kLogger, "logger"},
     {Dimension::kErrorCode, "errorCode"},
     {Dimension::kSource, "source"}}};

constexpr std::array<std::pair<uint16_t, std::string_view>, 7> kFlags = {{{store::kTimeSkewed, "time_skewed"},
                                                                          {store::kTimeMissing, "time_missing"},
                                                                          {store::kTextRepaired, "text_repaired"},
                                                                          {store::kTextTruncated, "text_truncated"},
                                                                          {store::kTextRedacted, "text_redacted"},
                                                                          {store::kIdRejected, "id_rejected"},
                                                                          {store::kDepthExceeded, "depth_exceeded"}}};

JsonObject Start(const ingest::EventPlace& place) {
  JsonObject object;
  object.AddNumber("offset", place.offset);
  object.AddNumber("lastOffset", place.last_offset);
  object.AddNumber("index", place.index);
  return object;
}

// "message" for message_id.
std::string_view KindName(store::IdKind kind) {
  std::string_view name = store::IdKindName(kind);
  if (name.ends_with("_id")) name.remove_suffix(3);
  return name;
}

void AddIds(const store::Event& event, JsonObject& object) {
  JsonObject ids;
  for (size_t i = 0; i < store::kIdKinds; ++i)
    ids.AddUnlessEmpty(KindName(static_cast<store::IdKind>(i)), event.ids[i]);
  object.AddObject("ids", ids);
}

void AddException(const store::Event& event, JsonObject& object) {
  const std::string_view type = event.dimension(Dimension::kExceptionType);
  if (type.empty() && event.stacktrace.empty() && event.exception_message.empty()) return;
  JsonObject exception;
  exception.AddUnlessEmpty("type", type);
  exception.AddUnlessEmpty("message", event.exception_message);
  exception.AddTexts("frames", ingest::ListFrames(event.stacktrace));
  exception.AddUnlessEmpty("stacktrace", event.stacktrace);
  object.AddObject("exception", exception);
}

void AddAttributes(const store::Event& event, JsonObject& object) {
  JsonObject attributes;
  std::string_view rest = event.attributes;
  std::string_view name, value;
  while (!rest.empty() && ReadString(rest, name) && ReadString(rest, value)) attributes.Add(name, value);
  object.AddObject("attributes", attributes);
}

}  // namespace

std::string ParsedEvent(const store::Event& event, const ingest::EventPlace& place) {
  JsonObject object = Start(place);
  object.Add("time", FormatTime(event.time_us));
  object.AddUnlessEmpty("side", absl::AsciiStrToLower(std::string(store::SideName(event.side))));
  if (event.severity > 0 && event.severity <= 24) {
    object.Add("severity", kSeverityNames[static_cast<size_t>(event.severity - 1) / 4]);
    object.AddNumber("severityNumber", event.severity);
  }
  object.AddUnlessEmpty("severityText", event.dimension(Dimension::kSeverityText));
  object.Add("outcome", event.outcome == store::Outcome::kFailure ? "failure" : "success");
  object.AddUnlessEmpty("service", event.dimension(Dimension::kService));
  for (const auto& [dimension, name] : kDimensions) object.AddUnlessEmpty(name, event.dimension(dimension));
  AddIds(event, object);
  AddException(event, object);
  AddAttributes(event, object);
  object.Add("message", event.message);
  object.Add("format", event.dimension(Dimension::kFormat));
  object.AddUnlessEmpty("rule", event.dimension(Dimension::kRule));
  if (event.signature != 0) object.Add("signature", store::FormatSignature(event.signature));
  std::vector<std::string> notices;
  for (const auto& [flag, name] : kFlags) {
    if ((event.flags & flag) != 0) notices.emplace_back(name);
  }
  if (!notices.empty()) object.AddTexts("notices", notices);
  return object.Text();
}

std::string ParsedAttempts(const store::Attempts& attempts, const ingest::EventPlace& place) {
  constexpr int64_t kMicrosPerMinute = 60'000'000;
  JsonObject object = Start(place);
  JsonObject counted;
  counted.Add("minute", FormatTime(attempts.minute * kMicrosPerMinute));
  counted.AddUnlessEmpty("operation", attempts.operation);
  counted.AddNumber("count", attempts.count);
  object.AddObject("attempts", counted);
  return object.Text();
}

std::string ParsedDeadLetter(const store::DeadLetter& letter, const ingest::EventPlace& place) {
  JsonObject object = Start(place);
  JsonObject why;
  why.Add("reason", letter.reason);
  why.Add("detail", letter.detail);
  why.AddNumber("bytes", letter.original_size_bytes);
  why.Add("record", letter.bytes);
  object.AddObject("deadLetter", why);
  return object.Text();
}

}  // namespace faultline::deploy
