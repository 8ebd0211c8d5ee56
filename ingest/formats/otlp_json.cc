#include "ingest/formats/otlp_json.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "ingest/formats/json_object.h"
#include "ingest/formats/otlp_json_reader.h"
#include "ingest/formats/otlp_records.h"
#include "ingest/formats/otlp_spans.h"

namespace faultline::ingest {
namespace {

using simdjson::error_code;
namespace ondemand = simdjson::ondemand;

}  // namespace

bool FitsOtlpJson(std::string_view json) {
  if (json.empty() || json.front() != '{') return false;
  json.remove_prefix(1);
  json.remove_prefix(SkipJsonBlanks(json));
  const auto starts = [&](std::string_view start) { return json.substr(0, start.size()) == start; };
  return starts("\"resourceLogs\"") || starts("\"resource_logs\"") || starts("\"resourceSpans\"") ||
         starts("\"resource_spans\"");
}

OtlpJsonFormat::OtlpJsonFormat(const DecoderOptions& options, RecordBuilder& builder)
    : options_(options), builder_(builder) {}

void OtlpJsonFormat::Decode(std::string_view value, Arena& arena, RecordSink& sink) {
  const std::string_view json = TrimDocument(value);
  if (json.empty()) return sink.Fail("empty", "the message is empty");
  messages_.Reset();
  spans_ = 0;
  const RecordSink::Mark before = sink.mark();
  error_code error = document_.Open(json, arena);
  if (error == simdjson::SUCCESS) error = DecodeResources(arena, sink);
  if (error != simdjson::SUCCESS) return sink.Fail("json_malformed", simdjson::error_message(error));
  const RecordSink::Mark after = sink.mark();
  if (spans_ > 0 && after.records == before.records && after.failures == before.failures) {
    sink.Fail("otlp_spans_passed_over", absl::StrCat("none of ", spans_, " spans failed or recorded an exception"));
  }
  if (document_.HasMore()) sink.Fail("json_malformed", "something stands behind the end of the document");
}

error_code OtlpJsonFormat::DecodeResources(Arena& arena, RecordSink& sink) {
  ondemand::object object;
  if (const error_code error = document_.document().get_object().get(object)) return error;
  OtlpJsonReader reader(options_.max_depth, options_.max_document_bytes, arena, sink);
  for (auto result : object) {
    ondemand::field field;
    if (const error_code error = std::move(result).get(field)) return error;
    const std::string_view key = KeyText(field.key(), arena);
    ondemand::value resources = field.value();
    const bool is_spans = key == "resourceSpans" || key == "resource_spans";
    if ((!is_spans && key != "resourceLogs" && key != "resource_logs") || resources.raw_json_token()[0] != '[')
      continue;
    ondemand::array array;
    if (const error_code error = resources.get_array().get(array)) return error;
    for (auto element_result : array) {
      ondemand::value element;
      if (const error_code error = std::move(element_result).get(element)) return error;
      auto* logs = google::protobuf::Arena::CreateMessage<opentelemetry::v1::ResourceLogs>(&messages_);
      error_code error = simdjson::SUCCESS;
      if (is_spans) {
        auto* spans = google::protobuf::Arena::CreateMessage<opentelemetry::v1::ResourceSpans>(&messages_);
        error = reader.ReadSpans(element, *spans);
        spans_ += AddSpans(*spans, options_.all_spans ? SpansTaken::kAll : SpansTaken::kFailures, *logs);
      } else {
        error = reader.Read(element, *logs);
      }
      AddOtlpRecords(*logs, options_.max_depth, builder_, arena, sink);
      if (error != simdjson::SUCCESS) return error;
    }
  }
  return simdjson::SUCCESS;
}

}  // namespace faultline::ingest
