// OpenTelemetry logs as protobuf: ExportLogsServiceRequest, which has the bytes
// of LogsData too. Of traces (ExportTraceServiceRequest), what they tell of failures: formats/otlp_spans.h.
//
// Not thread-safe; one per stream.
#pragma once

#include <google/protobuf/arena.h>

#include <string_view>

#include "base/arena.h"
#include "ingest/decoder.h"
#include "ingest/record_builder.h"
#include "ingest/record_sink.h"

namespace faultline::ingest {

enum class OtlpFit : uint8_t {
  kNo,
  kYes,        // lengths tile the whole value
  kTruncated,  // starts like it, and its lengths reach beyond the end
};
// Looks at the structure only: the first byte is a line end in text.
OtlpFit FitsOtlp(std::string_view value);

class OtlpProtoFormat {
 public:
  // `builder` must outlive it.
  OtlpProtoFormat(const DecoderOptions& options, RecordBuilder& builder);

  // Keeps every resource's records that decode. Failures: "otlp_truncated",
  // "otlp_malformed", "otlp_spans_passed_over", "empty".
  void Decode(std::string_view value, Arena& arena, RecordSink& sink);

  // Whether the last message held spans, and all of them were wanted.
  bool took_spans() const { return options_.all_spans && spans_ > 0; }

 private:
  // False when `bytes` could be read in part only.
  bool DecodeResource(std::string_view bytes, Arena& arena, RecordSink& sink);

  const DecoderOptions options_;
  RecordBuilder& builder_;
  google::protobuf::Arena messages_;
  int64_t spans_ = 0;  // of the message
};

}  // namespace faultline::ingest
