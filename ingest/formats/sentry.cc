#include "ingest/formats/sentry.h"

#include <simdjson.h>

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/text.h"

namespace faultline::ingest {
namespace {

namespace dom = simdjson::dom;

constexpr size_t kMaxHeaderBytes = 64 * 1024;

std::string_view TakeLine(std::string_view& rest) {
  const size_t newline = rest.find('\n');
  std::string_view line = rest.substr(0, newline);
  rest.remove_prefix(newline == std::string_view::npos ? rest.size() : newline + 1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

bool IsItemKind(std::string_view kind) {
  for (const std::string_view known :
       {"event",          "transaction",      "session",      "sessions",      "log",      "client_report",
        "attachment",     "check_in",         "profile",      "profile_chunk", "feedback", "user_report",
        "replay_event",   "replay_recording", "replay_video", "span",          "security", "statsd",
        "metric_buckets", "unreal_report",    "nel"}) {
    if (kind == known) return true;
  }
  return false;
}

// The value of "type" in an item's header, without parsing it.
std::string_view KindIn(std::string_view header) {
  constexpr std::string_view kType = "\"type\"";
  size_t at = header.find(kType);
  if (at == std::string_view::npos) return {};
  at = header.find_first_not_of(" :", at + kType.size());
  if (at == std::string_view::npos || header[at] != '"') return {};
  return header.substr(at + 1, header.find('"', at + 1) - at - 1);
}

std::string_view TextOf(const dom::element& object, std::string_view name) {
  std::string_view text;
  return object[name].get(text) == simdjson::SUCCESS ? text : std::string_view();
}

// A scalar as text; objects and arrays as JSON.
std::string ScalarOf(const dom::element& value) {
  std::string_view text;
  if (value.get(text) == simdjson::SUCCESS) return std::string(text);
  return value.is_null() ? std::string() : simdjson::minify(value);
}

ValueType TypeOf(const dom::element& value) { return value.is_number() ? ValueType::kNumber : ValueType::kString; }

// SDKs that run on the devices of people.
bool IsClientSdk(std::string_view sdk) {
  for (const std::string_view part : {"cocoa", "android", "react", "flutter", "dart", "browser", "unity", "unreal",
                                      "vue", "angular", "svelte", "capacitor", "electron.renderer"}) {
    if (sdk.find(part) != std::string_view::npos) return true;
  }
  return false;
}

}  // namespace

bool FitsSentryEnvelope(std::string_view value) {
  if (value.empty() || value[0] != '{') return false;
  const size_t newline = value.find('\n');
  if (newline == std::string_view::npos || newline > kMaxHeaderBytes) return false;
  std::string_view rest = value.substr(newline + 1);
  if (rest.empty() || rest[0] != '{') return false;
  const std::string_view header = value.substr(0, newline);
  const bool named =
      header.find("\"event_id\"") != std::string_view::npos || header.find("\"sent_at\"") != std::string_view::npos ||
      header.find("\"dsn\"") != std::string_view::npos || header.find_first_not_of("{} \r") == std::string_view::npos;
  return named && IsItemKind(KindIn(TakeLine(rest).substr(0, 1024)));
}

void SentryFormat::Decode(std::string_view value, Arena& arena, RecordSink& sink) {
  std::string_view rest = value;
  TakeLine(rest);  // the envelope's header says nothing that its items do not
  dom::parser parser;
  const RecordSink::Mark before = sink.mark();
  int items = 0;
  while (!rest.empty() && !sink.full()) {
    const std::string_view line = TakeLine(rest);
    if (line.find_first_not_of(" \t") == std::string_view::npos) continue;
    dom::element header;
    if (parser.parse(line.data(), line.size()).get(header) != simdjson::SUCCESS || !header.is_object()) {
      return sink.Fail("sentry_malformed", absl::StrCat("the header of item ", items, " is no JSON object"));
    }
    uint64_t length = 0;
    const bool has_length = header["length"].get(length) == simdjson::SUCCESS;
    if (has_length && length > rest.size()) {
      return sink.Fail("sentry_truncated",
                       absl::StrCat("item ", items, " has ", rest.size(), " of ", length, " bytes"));
    }
    std::string_view payload = has_length ? rest.substr(0, length) : rest.substr(0, rest.find('\n'));
    rest.remove_prefix(payload.size());
    if (rest.starts_with('\n')) rest.remove_prefix(1);
    const std::string_view kind = TextOf(header, "type");
    if (kind == "event" || kind == "feedback") {
      DecodeEvent(payload, arena, sink);
    } else if (kind == "log") {
      DecodeLogs(payload, arena, sink);
    } else if (kind == "session") {
      DecodeSession(payload, arena, sink);
    } else if (kind == "client_report") {
      DecodeClientReport(payload, arena, sink);
    }
    ++items;
  }
  const RecordSink::Mark after = sink.mark();
  if (after.records == before.records && after.failures == before.failures) {
    sink.Fail("sentry_items_skipped", "the envelope holds neither an event nor logs");
  }
}

void SentryFormat::DecodeEvent(std::string_view payload, Arena& arena, RecordSink& sink) {
  const RecordSink::Mark before = sink.mark();
  json_.Decode(payload, Format::kSentry, arena, sink);
  if (sink.mark().records == before.records) return;
  LogRecord& record = sink.last();
  std::string_view sdk;
  for (const auto& [name, text] : record.attributes) {
    if (name == "sdk.name") sdk = text;
  }
  if (record.side == store::Side::kUnspecified && !sdk.empty()) {
    record.side = IsClientSdk(sdk) ? store::Side::kClient : store::Side::kServer;
  }
}

// {"items":[{"timestamp":…,"level":"info","body":"…","attributes":{"name":{"value":…,"type":…}}}]}
void SentryFormat::DecodeLogs(std::string_view payload, Arena& arena, RecordSink& sink) {
  dom::parser parser;
  dom::array items;
  const std::string_view repaired = RepairUtf8(payload, arena);
  if (parser.parse(repaired.data(), repaired.size())["items"].get(items) != simdjson::SUCCESS) {
    return sink.Fail("sentry_malformed", "a log item has no \"items\"");
  }
  for (const dom::element item : items) {
    LogRecord* const record = sink.Next();
    if (record == nullptr) return;
    builder_.Begin(*record, arena);
    // The SDK's own trace is that of the process; an application's says more.
    dom::object attributes;
    if (item["attributes"].get(attributes) == simdjson::SUCCESS) {
      for (const auto& [name, attribute] : attributes) {
        dom::element value;
        if (attribute["value"].get(value) != simdjson::SUCCESS) continue;
        builder_.Set(name, arena.Copy(ScalarOf(value)), TypeOf(value));
      }
    }
    dom::object fields;
    if (item.get(fields) == simdjson::SUCCESS) {
      for (const auto& [name, value] : fields) {
        if (name == "attributes" || (name == "trace_id" && !record->id(store::IdKind::kTrace).empty())) continue;
        if (name == "span_id" && !record->id(store::IdKind::kSpan).empty()) continue;
        builder_.Set(name, arena.Copy(ScalarOf(value)), TypeOf(value));
      }
    }
    Finish(sink);
  }
}

void SentryFormat::DecodeSession(std::string_view payload, Arena& arena, RecordSink& sink) {
  dom::parser parser;
  dom::element session;
  const std::string_view repaired = RepairUtf8(payload, arena);
  if (parser.parse(repaired.data(), repaired.size()).get(session) != simdjson::SUCCESS || !session.is_object()) {
    return sink.Fail("sentry_malformed", "a session is no JSON object");
  }
  LogRecord* const record = sink.Next();
  if (record == nullptr) return;
  builder_.Begin(*record, arena);
  const std::string_view status = TextOf(session, "status");
  const bool died = status == "crashed" || status == "abnormal";
  builder_.Set("message",
               arena.Copy(absl::StrCat("session ",
                                       status.empty() ? "updated" : absl::string_view(status.data(), status.size()))),
               ValueType::kString);
  builder_.Set("level", died ? "fatal" : "info", ValueType::kString);
  builder_.Set("session_id", arena.Copy(TextOf(session, "sid")), ValueType::kString);
  builder_.Set("device_id", arena.Copy(TextOf(session, "did")), ValueType::kString);
  builder_.Set("timestamp", arena.Copy(TextOf(session, "timestamp")), ValueType::kString);
  dom::element attributes;
  if (session["attrs"].get(attributes) == simdjson::SUCCESS) {
    builder_.Set("release", arena.Copy(TextOf(attributes, "release")), ValueType::kString);
    builder_.Set("environment", arena.Copy(TextOf(attributes, "environment")), ValueType::kString);
  }
  Finish(sink);
}

void SentryFormat::DecodeClientReport(std::string_view payload, Arena& arena, RecordSink& sink) {
  dom::parser parser;
  dom::element report;
  const std::string_view repaired = RepairUtf8(payload, arena);
  if (parser.parse(repaired.data(), repaired.size()).get(report) != simdjson::SUCCESS || !report.is_object()) {
    return sink.Fail("sentry_malformed", "a client report is no JSON object");
  }
  LogRecord* const record = sink.Next();
  if (record == nullptr) return;
  builder_.Begin(*record, arena);
  std::string message = "client discarded";
  dom::array discarded;
  if (report["discarded_events"].get(discarded) == simdjson::SUCCESS) {
    for (const dom::element each : discarded) {
      uint64_t quantity = 0;
      if (each["quantity"].get(quantity) != simdjson::SUCCESS) quantity = 1;
      const std::string_view category = TextOf(each, "category");
      const std::string_view reason = TextOf(each, "reason");
      absl::StrAppend(&message, message.ends_with("discarded") ? " " : ", ", quantity, " ",
                      absl::string_view(category.data(), category.size()), " (",
                      absl::string_view(reason.data(), reason.size()), ")");
    }
  }
  builder_.Set("message", arena.Copy(message), ValueType::kString);
  builder_.Set("level", "info", ValueType::kString);
  dom::element time;
  if (report["timestamp"].get(time) == simdjson::SUCCESS) {
    builder_.Set("timestamp", arena.Copy(ScalarOf(time)), TypeOf(time));
  }
  Finish(sink);
}

void SentryFormat::Finish(RecordSink& sink) {
  const std::string_view reason = builder_.Finish();
  if (reason.empty()) return;
  sink.Discard();
  sink.Fail(reason, "no record could be made of an item's fields");
}

}  // namespace faultline::ingest
