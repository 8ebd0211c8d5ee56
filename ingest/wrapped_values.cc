#include <string>
#include <utility>

#include "ingest/format_decoder.h"
#include "ingest/formats/ips.h"
#include "ingest/formats/key_values.h"
#include "ingest/formats/logfmt.h"
#include "ingest/formats/msgpack.h"
#include "ingest/inner_record.h"
#include "ingest/trace_context.h"

namespace faultline::ingest {
namespace {

constexpr int kMaxEnvelopes = 2;

// Of lines put together, the object alone: those of an array have a bracket or a comma in front or behind.
std::string_view ObjectOf(std::string_view text) {
  const size_t start = text.find_first_not_of("[, \t\r\n");
  const size_t end = text.find_last_not_of("], \t\r\n");
  if (start == std::string_view::npos || text[start] != '{' || text[end] != '}') return text;
  return text.substr(start, end - start + 1);
}

}  // namespace

void FormatDecoder::Unwrap(LogRecord& record, Arena& arena) {
  if (record.attempts.has_value() || record.message.size() < 8) return;
  const std::string_view message = record.line.absorbed_lines > 0 ? ObjectOf(record.message) : record.message;
  const bool is_json = message.front() == '{' && message.back() == '}' && StartsLikeJson(message);
  if (!is_json && !StartsWithPair(message)) return;
  RecordSink sink(inner_, /*max_records=*/1);
  if (is_json) {
    json_.Decode(message, Format::kAuto, arena, sink);
  } else if (FitsLogfmt(message, fields_)) {
    DecodeLogfmt(message, builder_, arena, sink);
  }
  sink.Close();
  if (inner_.records.size() != 1 || !inner_.failures.empty() || !SaysWhatHappened(inner_.records[0])) return;
  FillFromOuter(record, inner_.records[0], arena);
  inner_.records[0].line = {.last_offset = record.line.last_offset, .absorbed_lines = record.line.absorbed_lines};
  std::swap(record, inner_.records[0]);
}

// JSON behind a schema's id is JSON; anything else needs the schema.
void FormatDecoder::DecodeFramed(std::string_view value, const SchemaFraming& framing, Arena& arena, RecordSink& sink,
                                 Format& format) {
  if (framing.schema.empty()) return DecodeValue(value, arena, sink, format, 0);
  const std::string_view payload = value.substr(framing.size);
  const size_t start = SkipJsonBlanks(payload);
  const bool is_json = start < payload.size() && (payload[start] == '{' || payload[start] == '[') &&
                       StartsLikeJson(payload.substr(start));
  if (!is_json && framing.size == 0 && !IsBinary(value)) return DecodeValue(value, arena, sink, format, 0);
  if (!is_json) {
    const bool confluent = framing.system == "confluent";
    return sink.Fail(
        confluent ? "format_unsupported: confluent schema registry" : "format_unsupported: glue schema registry",
        "schema id " + framing.schema + ": Avro and Protobuf cannot be read without their schema; " +
            "configure the serialiser to write JSON Schema, or the shipper to send JSON or OTLP");
  }
  const RecordSink::Mark before = sink.mark();
  DecodeValue(payload, arena, sink, format, 0);
  for (size_t i = before.records; i < sink.mark().records; ++i) {
    sink.record(i).attributes.emplace_back("kafka.schema_id", arena.Copy(framing.schema));
  }
}

// False where it turns out to be none.
bool FormatDecoder::DecodeMsgpack(std::string_view value, Format& format, Arena& arena, RecordSink& sink) {
  std::string json;
  const absl::Status status = MsgpackToJson(value, options_.max_inflated_bytes, json);
  const bool truncated = status.code() == absl::StatusCode::kOutOfRange;
  if (!status.ok() && json.empty() && !truncated) {
    sink.Fail("msgpack_malformed", std::string(status.message()));
    return true;
  }
  format = Format::kMsgpack;
  if (!json.empty()) json_.Decode(arena.Copy(json), Format::kAuto, arena, sink);
  if (!status.ok()) sink.Fail(truncated ? "msgpack_truncated" : "msgpack_malformed", std::string(status.message()));
  return true;
}

// Decodes each record in an envelope, in place of what came out of `value` since `before`. False where it is none.
bool FormatDecoder::DecodeEnvelope(std::string_view value, Arena& arena, RecordSink& sink,
                                   const RecordSink::Mark& before) {
  Envelope envelope;
  if (envelopes_ == kMaxEnvelopes) return false;
  if (!SplitEnvelope(TrimDocument(value), options_.max_records_per_message, arena, envelope)) return false;
  sink.Rewind(before);
  if (!envelope.failure.empty()) {
    sink.Fail(envelope.failure, envelope.detail);
    return true;
  }
  ++envelopes_;
  for (const EnvelopePart& part : envelope.parts) DecodePart(part, arena, sink);
  --envelopes_;
  return true;
}

void FormatDecoder::DecodeIps(std::string_view value, Arena& arena, RecordSink& sink) {
  Envelope report;
  if (!ReadIps(value, arena, report)) return sink.Fail("ips_malformed", "the report's first line is no JSON object");
  for (const EnvelopePart& part : report.parts) DecodePart(part, arena, sink);
}

void FormatDecoder::DecodePart(const EnvelopePart& part, Arena& arena, RecordSink& sink) {
  if (sink.full()) return;
  const RecordSink::Mark before = sink.mark();
  if (!part.value.empty()) {
    Format format = Format::kAuto;
    DecodeValue(part.value, arena, sink, format, 0);
  } else if (LogRecord* const record = sink.Next(); record != nullptr) {
    builder_.Begin(*record, arena);  // the fields are all there is
  }
  for (size_t i = before.records; i < sink.mark().records; ++i) FillFrom(part, sink.record(i), arena);
}

// What `record` does not say, `part` does.
void FormatDecoder::FillFrom(const EnvelopePart& part, LogRecord& record, Arena& arena) {
  if (part.fields.empty() && part.fallback_message.empty()) return;
  builder_.Begin(outer_, arena);
  std::string_view traceparent;
  for (const auto& [name, value] : part.fields) {
    if (name == "traceparent") traceparent = value;
    builder_.Set(name, value, ValueType::kString);
  }
  builder_.Finish();
  const std::pair<std::string_view, std::string_view> header("traceparent", traceparent);
  ingest::FillFrom(ReadTraceContext({&header, 1}), outer_);
  if (record.message.empty()) record.message = outer_.message;
  FillFromOuter(outer_, record, arena);
  const bool says_nothing = record.message.empty() && record.exception_message.empty() && record.stacktrace.empty();
  if (says_nothing) record.message = part.fallback_message;
}

}  // namespace faultline::ingest
