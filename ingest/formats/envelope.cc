#include "ingest/formats/envelope.h"

#include <simdjson.h>

#include <algorithm>

#include "absl/strings/escaping.h"
#include "base/text.h"
#include "ingest/formats/metrickit.h"

namespace faultline::ingest {
namespace {

namespace dom = simdjson::dom;

std::string_view TextOf(const dom::object& object, std::string_view name, Arena& arena) {
  dom::element value;
  if (object[name].get(value) != simdjson::SUCCESS || value.is_null()) return {};
  std::string_view text;
  if (value.get(text) == simdjson::SUCCESS) return arena.Copy(text);
  return arena.Copy(simdjson::minify(value));
}

void AddField(std::string_view name, std::string_view value, EnvelopePart& part) {
  if (!value.empty()) part.fields.emplace_back(name, value);
}

// A text as it is, anything else as JSON.
std::string_view ValueOf(const dom::element& value, Arena& arena) {
  std::string_view text;
  if (value.get(text) == simdjson::SUCCESS) return arena.Copy(text);
  return value.is_null() ? std::string_view() : arena.Copy(simdjson::minify(value));
}

std::string_view Base64(std::string_view text, Arena& arena) {
  std::string bytes;
  if (!absl::Base64Unescape(absl::string_view(text.data(), text.size()), &bytes)) return {};
  return arena.Copy(bytes);
}

// {"specversion":"1.0","id":…,"source":…,"type":…,"time":…,"data":…} or "data_base64".
bool SplitCloudEvent(const dom::object& event, Arena& arena, Envelope& envelope) {
  const std::string_view type = TextOf(event, "type", arena);
  if (TextOf(event, "specversion", arena).empty() || type.empty() || TextOf(event, "source", arena).empty()) {
    return false;
  }
  EnvelopePart part;
  part.fallback_message = type;
  for (const auto& [key, value] : event) {
    if (key == "data") {
      part.value = ValueOf(value, arena);
    } else if (key == "data_base64") {
      part.value = Base64(ValueOf(value, arena), arena);
    } else if (key == "time" || key == "traceparent") {
      AddField(key == "time" ? "time" : "traceparent", ValueOf(value, arena), part);
    } else if (key != "specversion" && key != "datacontenttype" && key != "dataschema") {
      AddField(arena.Copy("cloudevents." + std::string(key)), ValueOf(value, arena), part);
    }
  }
  envelope.parts.push_back(std::move(part));
  return true;
}

// A batch: an array of them.
bool SplitCloudEvents(const dom::element& root, size_t max_parts, Arena& arena, Envelope& envelope) {
  dom::array events;
  if (root.get(events) != simdjson::SUCCESS) return false;
  for (const dom::element element : events) {
    dom::object event;
    const bool fits = element.get(event) == simdjson::SUCCESS && SplitCloudEvent(event, arena, envelope);
    if (!fits || envelope.parts.size() > max_parts) {
      envelope = {};
      return false;
    }
  }
  return !envelope.parts.empty();
}

// "/aws/lambda/chat-gateway" -> "chat-gateway"; other groups name no service.
std::string_view ServiceOfLogGroup(std::string_view group) {
  const size_t slash = group.rfind('/');
  return group.starts_with('/') && slash + 1 < group.size() ? group.substr(slash + 1) : std::string_view();
}

// {"messageType":"DATA_MESSAGE","logGroup":…,"logStream":…,"logEvents":[{"id":…,"timestamp":…,"message":…}]}
bool SplitCloudWatch(const dom::object& batch, size_t max_parts, Arena& arena, Envelope& envelope) {
  dom::array events;
  const std::string_view group = TextOf(batch, "logGroup", arena);
  if (batch["logEvents"].get(events) != simdjson::SUCCESS || group.empty()) return false;
  if (TextOf(batch, "messageType", arena) == "CONTROL_MESSAGE") {
    envelope.failure = "cloudwatch_control";
    envelope.detail = "CloudWatch asks whether the destination is reachable; it holds no log event";
    return true;
  }
  const std::string_view stream = TextOf(batch, "logStream", arena), owner = TextOf(batch, "owner", arena);
  for (const dom::element element : events) {
    dom::object event;
    if (element.get(event) != simdjson::SUCCESS || envelope.parts.size() == max_parts) continue;
    EnvelopePart part;
    part.value = TextOf(event, "message", arena);
    AddField("time", TextOf(event, "timestamp", arena), part);
    AddField("application", ServiceOfLogGroup(group), part);
    AddField("aws.log.group.name", group, part);
    AddField("aws.log.stream.name", stream, part);
    AddField("cloud.account.id", owner, part);
    AddField("aws.log.event.id", TextOf(event, "id", arena), part);
    envelope.parts.push_back(std::move(part));
  }
  return true;
}

// {"awslogs":{"data":"H4sI…"}}, as a function gets it: the same, compressed.
bool SplitAwsLogs(const dom::object& outer, Arena& arena, Envelope& envelope) {
  dom::object awslogs;
  if (outer["awslogs"].get(awslogs) != simdjson::SUCCESS) return false;
  EnvelopePart part;
  part.value = Base64(TextOf(awslogs, "data", arena), arena);
  if (part.value.empty()) {
    envelope.failure = "envelope_malformed";
    envelope.detail = "\"awslogs.data\" is no base64";
    return true;
  }
  envelope.parts.push_back(std::move(part));
  return true;
}

// {"records":[{"time":…,"resourceId":…,"operationName":…,"category":…}]}
bool SplitAzure(const dom::object& batch, size_t max_parts, Arena& arena, Envelope& envelope) {
  dom::array records;
  if (batch["records"].get(records) != simdjson::SUCCESS || records.size() == 0 || batch.size() != 1) return false;
  for (const dom::element element : records) {
    if (!element.is_object()) return false;
    if (envelope.parts.size() == max_parts) break;
    EnvelopePart part;
    part.value = arena.Copy(simdjson::minify(element));
    part.fallback_message = TextOf(element.get_object(), "operationName", arena);
    envelope.parts.push_back(std::move(part));
  }
  return true;
}

void SplitLokiStream(const dom::object& stream, size_t max_parts, Arena& arena, Envelope& envelope) {
  dom::array values;
  dom::object labels;
  if (stream["values"].get(values) != simdjson::SUCCESS || stream["stream"].get(labels) != simdjson::SUCCESS) return;
  for (const dom::element element : values) {
    dom::array entry;
    if (element.get(entry) != simdjson::SUCCESS || entry.size() < 2 || envelope.parts.size() == max_parts) continue;
    EnvelopePart part;
    part.value = ValueOf(entry.at(1).value_unsafe(), arena);
    AddField("time", ValueOf(entry.at(0).value_unsafe(), arena), part);
    for (const auto& [name, value] : labels) AddField(arena.Copy(name), ValueOf(value, arena), part);
    dom::object metadata;
    if (entry.size() > 2 && entry.at(2).get(metadata) == simdjson::SUCCESS) {
      for (const auto& [name, value] : metadata) AddField(arena.Copy(name), ValueOf(value, arena), part);
    }
    envelope.parts.push_back(std::move(part));
  }
}

// {"streams":[{"stream":{"app":…},"values":[["1732462699137474000","line"],…]}]}
bool SplitLoki(const dom::object& request, size_t max_parts, Arena& arena, Envelope& envelope) {
  dom::array streams;
  if (request["streams"].get(streams) != simdjson::SUCCESS || request.size() != 1) return false;
  for (const dom::element element : streams) {
    dom::object stream;
    if (element.get(stream) == simdjson::SUCCESS) SplitLokiStream(stream, max_parts, arena, envelope);
  }
  return !envelope.parts.empty();
}

}  // namespace

bool SplitEnvelope(std::string_view json, size_t max_parts, Arena& arena, Envelope& envelope) {
  envelope = {};
  dom::parser parser;
  dom::element root;
  json = RepairUtf8(json, arena);
  if (parser.parse(json.data(), json.size()).get(root) != simdjson::SUCCESS) return false;
  dom::object object;
  if (root.get(object) != simdjson::SUCCESS) return SplitCloudEvents(root, max_parts, arena, envelope);
  const bool fits = SplitCloudEvent(object, arena, envelope) || SplitCloudWatch(object, max_parts, arena, envelope) ||
                    SplitAwsLogs(object, arena, envelope) || SplitAzure(object, max_parts, arena, envelope) ||
                    SplitLoki(object, max_parts, arena, envelope) || SplitMetricKit(object, max_parts, arena, envelope);
  if (!fits) {
    envelope = {};
  } else if (envelope.parts.empty() && envelope.failure.empty()) {
    envelope.failure = "empty";
    envelope.detail = "the envelope holds no record";
  }
  return fits;
}

}  // namespace faultline::ingest
