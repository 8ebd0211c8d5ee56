#include "ingest/formats/otlp_json_reader.h"

#include <charconv>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "ingest/formats/json_object.h"

namespace faultline::ingest {
namespace {

using simdjson::error_code;
namespace ondemand = simdjson::ondemand;
namespace otlp = opentelemetry::v1;

int64_t Integer(std::string_view text) {
  int64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

uint64_t Unsigned(std::string_view text) {
  uint64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

double Real(std::string_view text) {
  double value = 0;
  return absl::SimpleAtod(absl::string_view(text.data(), text.size()), &value) ? value : 0;
}

// Ids are hexadecimal of any case; what is not (base64 of a wrong producer) is
// left out rather than taken for another id.
std::string BytesOfHex(std::string_view hex) {
  const bool valid = hex.size() % 2 == 0 && hex.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
  return valid ? absl::HexStringToBytes(absl::string_view(hex.data(), hex.size())) : std::string();
}

bool Is(std::string_view key, std::string_view camel, std::string_view snake) { return key == camel || key == snake; }

}  // namespace

template <typename Visit>
error_code OtlpJsonReader::ForEachField(ondemand::value value, const Visit& visit) {
  if (value.raw_json_token()[0] != '{') return simdjson::SUCCESS;
  ondemand::object object;
  if (const error_code error = value.get_object().get(object)) return error;
  for (auto result : object) {
    ondemand::field field;
    if (const error_code error = std::move(result).get(field)) return error;
    const std::string_view key = KeyText(field.key(), arena_);
    if (const error_code error = visit(key, field.value())) return error;
  }
  return simdjson::SUCCESS;
}

template <typename Visit>
error_code OtlpJsonReader::ForEachElement(ondemand::value value, const Visit& visit) {
  if (value.raw_json_token()[0] != '[') return simdjson::SUCCESS;
  ondemand::array array;
  if (const error_code error = value.get_array().get(array)) return error;
  for (auto result : array) {
    ondemand::value element;
    if (const error_code error = std::move(result).get(element)) return error;
    if (const error_code error = visit(element)) return error;
  }
  return simdjson::SUCCESS;
}

// A scalar as text; empty for anything else.
error_code OtlpJsonReader::ReadText(ondemand::value value, std::string_view& text) {
  const std::string_view token = value.raw_json_token();
  ValueType type = ValueType::kString;
  text = {};
  if (token[0] == '{' || token[0] == '[') return simdjson::SUCCESS;
  return ScalarText(token, arena_, text, type) ? simdjson::SUCCESS : simdjson::TAPE_ERROR;
}

error_code OtlpJsonReader::ReadScalar(ondemand::value value, std::string_view key, otlp::AnyValue& any) {
  std::string_view text;
  if (const error_code error = ReadText(value, text)) return error;
  if (Is(key, "stringValue", "string_value")) {
    any.set_string_value(text.data(), text.size());
  } else if (Is(key, "intValue", "int_value")) {
    any.set_int_value(Integer(text));
  } else if (Is(key, "boolValue", "bool_value")) {
    any.set_bool_value(text == "true");
  } else if (Is(key, "doubleValue", "double_value")) {
    any.set_double_value(Real(text));
  } else if (Is(key, "bytesValue", "bytes_value")) {
    std::string bytes;
    if (absl::Base64Unescape(absl::string_view(text.data(), text.size()), &bytes)) any.set_bytes_value(bytes);
  }
  return simdjson::SUCCESS;
}

error_code OtlpJsonReader::ReadAnyValue(ondemand::value value, int depth, otlp::AnyValue& any) {
  return ForEachField(value, [&](std::string_view key, ondemand::value inner) {
    const bool is_array = Is(key, "arrayValue", "array_value");
    if (!is_array && !Is(key, "kvlistValue", "kvlist_value")) return ReadScalar(inner, key, any);
    if (is_array) any.mutable_array_value();
    if (!is_array) any.mutable_kvlist_value();
    // One level more than is kept, so that the record sees that it was too deep.
    if (depth > max_depth_ + 1) return simdjson::SUCCESS;
    return ForEachField(inner, [&](std::string_view name, ondemand::value values) {
      if (name != "values") return simdjson::SUCCESS;
      return ForEachElement(values, [&](ondemand::value element) {
        return is_array ? ReadAnyValue(element, depth + 1, *any.mutable_array_value()->add_values())
                        : ReadKeyValue(element, depth + 1, *any.mutable_kvlist_value()->add_values());
      });
    });
  });
}

error_code OtlpJsonReader::ReadKeyValue(ondemand::value value, int depth, otlp::KeyValue& pair) {
  return ForEachField(value, [&](std::string_view key, ondemand::value inner) {
    if (key == "value") return ReadAnyValue(inner, depth, *pair.mutable_value());
    if (key != "key") return simdjson::SUCCESS;
    std::string_view text;
    const error_code error = ReadText(inner, text);
    pair.set_key(text.data(), text.size());
    return error;
  });
}

error_code OtlpJsonReader::ReadRecord(ondemand::value value, otlp::LogRecord& record) {
  return ForEachField(value, [&](std::string_view key, ondemand::value inner) {
    if (key == "body") return ReadAnyValue(inner, 0, *record.mutable_body());
    if (key == "attributes") {
      return ForEachElement(inner,
                            [&](ondemand::value pair) { return ReadKeyValue(pair, 0, *record.add_attributes()); });
    }
    std::string_view text;
    if (const error_code error = ReadText(inner, text)) return error;
    if (Is(key, "timeUnixNano", "time_unix_nano")) {
      record.set_time_unix_nano(Unsigned(text));
    } else if (Is(key, "observedTimeUnixNano", "observed_time_unix_nano")) {
      record.set_observed_time_unix_nano(Unsigned(text));
    } else if (Is(key, "severityNumber", "severity_number")) {
      record.set_severity_number(static_cast<int32_t>(std::clamp<int64_t>(Integer(text), 0, 1000)));
    } else if (Is(key, "severityText", "severity_text")) {
      record.set_severity_text(text.data(), text.size());
    } else if (Is(key, "traceId", "trace_id")) {
      record.set_trace_id(BytesOfHex(text));
    } else if (Is(key, "spanId", "span_id")) {
      record.set_span_id(BytesOfHex(text));
    } else if (Is(key, "eventName", "event_name")) {
      record.set_event_name(text.data(), text.size());
    }
    return simdjson::SUCCESS;
  });
}

error_code OtlpJsonReader::ReadResource(ondemand::value value, otlp::Resource& resource) {
  return ForEachField(value, [&](std::string_view name, ondemand::value attributes) {
    if (name != "attributes") return simdjson::SUCCESS;
    return ForEachElement(attributes,
                          [&](ondemand::value pair) { return ReadKeyValue(pair, 0, *resource.add_attributes()); });
  });
}

error_code OtlpJsonReader::ReadScope(ondemand::value value, otlp::InstrumentationScope& scope) {
  return ForEachField(value, [&](std::string_view name, ondemand::value text_value) {
    if (name != "name") return simdjson::SUCCESS;
    std::string_view text;
    const error_code error = ReadText(text_value, text);
    scope.set_name(text.data(), text.size());
    return error;
  });
}

error_code OtlpJsonReader::ReadScopeLogs(ondemand::value value, otlp::ScopeLogs& scope_logs) {
  return ForEachField(value, [&](std::string_view key, ondemand::value inner) {
    if (key == "scope") return ReadScope(inner, *scope_logs.mutable_scope());
    if (!Is(key, "logRecords", "log_records")) return simdjson::SUCCESS;
    return ForEachElement(inner, [&](ondemand::value record) {
      const char* const start = record.raw_json_token().data();
      const error_code error = ReadRecord(record, *scope_logs.add_log_records());
      const char* end = start;
      if (error != simdjson::SUCCESS || record.current_location().get(end) != simdjson::SUCCESS) return error;
      const auto size = static_cast<size_t>(end - start);
      if (size <= max_record_bytes_) return error;
      scope_logs.mutable_log_records()->RemoveLast();
      sink_.Fail("document_too_large",
                 absl::StrCat("a LogRecord of ", size, " bytes is above the limit of ", max_record_bytes_));
      return error;
    });
  });
}

error_code OtlpJsonReader::Read(ondemand::value value, otlp::ResourceLogs& logs) {
  return ForEachField(value, [&](std::string_view key, ondemand::value inner) {
    if (key == "resource") return ReadResource(inner, *logs.mutable_resource());
    if (!Is(key, "scopeLogs", "scope_logs")) return simdjson::SUCCESS;
    return ForEachElement(inner, [&](ondemand::value scope) { return ReadScopeLogs(scope, *logs.add_scope_logs()); });
  });
}

error_code OtlpJsonReader::ReadEvent(ondemand::value value, otlp::SpanEvent& event) {
  return ForEachField(value, [&](std::string_view key, ondemand::value inner) {
    if (key == "attributes") {
      return ForEachElement(inner,
                            [&](ondemand::value pair) { return ReadKeyValue(pair, 0, *event.add_attributes()); });
    }
    std::string_view text;
    if (const error_code error = ReadText(inner, text)) return error;
    if (Is(key, "timeUnixNano", "time_unix_nano")) event.set_time_unix_nano(Unsigned(text));
    if (key == "name") event.set_name(text.data(), text.size());
    return simdjson::SUCCESS;
  });
}

error_code OtlpJsonReader::ReadStatus(ondemand::value value, otlp::SpanStatus& status) {
  return ForEachField(value, [&](std::string_view key, ondemand::value inner) {
    std::string_view text;
    if (const error_code error = ReadText(inner, text)) return error;
    if (key == "message") status.set_message(text.data(), text.size());
    // Some exporters write the enum's name.
    if (key == "code") status.set_code(text == "STATUS_CODE_ERROR" ? 2 : static_cast<int32_t>(Unsigned(text) & 3));
    return simdjson::SUCCESS;
  });
}

error_code OtlpJsonReader::ReadSpan(ondemand::value value, otlp::Span& span) {
  return ForEachField(value, [&](std::string_view key, ondemand::value inner) {
    if (key == "events") {
      return ForEachElement(inner, [&](ondemand::value event) { return ReadEvent(event, *span.add_events()); });
    }
    if (key == "status") return ReadStatus(inner, *span.mutable_status());
    if (key == "attributes") {
      return ForEachElement(inner, [&](ondemand::value pair) { return ReadKeyValue(pair, 0, *span.add_attributes()); });
    }
    std::string_view text;
    if (const error_code error = ReadText(inner, text)) return error;
    if (Is(key, "traceId", "trace_id")) span.set_trace_id(BytesOfHex(text));
    if (Is(key, "spanId", "span_id")) span.set_span_id(BytesOfHex(text));
    if (key == "name") span.set_name(text.data(), text.size());
    if (Is(key, "parentSpanId", "parent_span_id")) span.set_parent_span_id(BytesOfHex(text));
    if (Is(key, "startTimeUnixNano", "start_time_unix_nano")) span.set_start_time_unix_nano(Unsigned(text));
    if (Is(key, "endTimeUnixNano", "end_time_unix_nano")) span.set_end_time_unix_nano(Unsigned(text));
    return simdjson::SUCCESS;
  });
}

error_code OtlpJsonReader::ReadSpans(ondemand::value value, otlp::ResourceSpans& spans) {
  return ForEachField(value, [&](std::string_view key, ondemand::value inner) {
    if (key == "resource") return ReadResource(inner, *spans.mutable_resource());
    if (!Is(key, "scopeSpans", "scope_spans")) return simdjson::SUCCESS;
    return ForEachElement(inner, [&](ondemand::value each) {
      otlp::ScopeSpans& scope = *spans.add_scope_spans();
      return ForEachField(each, [&](std::string_view name, ondemand::value part) {
        if (name == "scope") return ReadScope(part, *scope.mutable_scope());
        if (name != "spans") return simdjson::SUCCESS;
        return ForEachElement(part, [&](ondemand::value span) { return ReadSpan(span, *scope.add_spans()); });
      });
    });
  });
}

}  // namespace faultline::ingest
