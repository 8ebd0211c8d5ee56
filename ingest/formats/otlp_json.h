// OpenTelemetry logs as JSON. Not protobuf's JSON: ids are hexadecimal, enums
// are numbers, 64-bit integers are strings, unknown fields are ignored. Read
// into the protobuf messages, so that both forms become records in one way.
//
// Not thread-safe; one per stream.
#pragma once

#include <google/protobuf/arena.h>

#include <string_view>

#include "base/arena.h"
#include "ingest/decoder.h"
#include "ingest/formats/json_document.h"
#include "ingest/record_builder.h"
#include "ingest/record_sink.h"

namespace faultline::ingest {

// Whether `json` is an object whose first field is "resourceLogs" or "resourceSpans".
bool FitsOtlpJson(std::string_view json);

class OtlpJsonFormat {
 public:
  // `builder` must outlive it.
  OtlpJsonFormat(const DecoderOptions& options, RecordBuilder& builder);

  // Keeps every resource's records that decode. Failures: "json_malformed",
  // "document_too_large" (a single LogRecord's), "empty".
  void Decode(std::string_view value, Arena& arena, RecordSink& sink);

  // Whether the last message held spans, and all of them were wanted.
  bool took_spans() const { return options_.all_spans && spans_ > 0; }

 private:
  simdjson::error_code DecodeResources(Arena& arena, RecordSink& sink);

  const DecoderOptions options_;
  RecordBuilder& builder_;
  JsonDocument document_;
  google::protobuf::Arena messages_;
  int64_t spans_ = 0;  // of the message
};

}  // namespace faultline::ingest
