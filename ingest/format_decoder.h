// The decoder of a stream: detection, and what is wrapped around and inside of values.
//
// decoder.cc tells formats apart and hands values to them; wrapped_values.cc knows what holds other values: a schema's
// id in front, envelopes, messages that are records. Not thread-safe.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "ingest/decoder.h"
#include "ingest/formats/csv.h"
#include "ingest/formats/envelope.h"
#include "ingest/formats/json.h"
#include "ingest/formats/otlp_json.h"
#include "ingest/formats/otlp_proto.h"
#include "ingest/formats/schema_framing.h"
#include "ingest/formats/sentry.h"
#include "ingest/record_sink.h"

namespace faultline::ingest {

// Whether a value that starts with "{" or "[" is meant as JSON, and not a line like "[error] …" or "{} has no members".
bool StartsLikeJson(std::string_view text, bool in_array = false);
// Whether so many bytes are none of a text that it is none.
bool IsBinary(std::string_view value);

class FormatDecoder final : public Decoder {
 public:
  using Headers = std::span<const std::pair<std::string_view, std::string_view>>;

  explicit FormatDecoder(const DecoderOptions& options)
      : options_(options),
        builder_(fields_),
        csv_(builder_),
        json_(options, builder_),
        otlp_proto_(options, builder_),
        otlp_json_(options, builder_),
        sentry_(json_, builder_) {}

  void Decode(std::string_view value, Headers headers, Arena& arena, Decoded& decoded) override;
  void Unwrap(LogRecord& record, Arena& arena) override;

 private:
  void DecodeValue(std::string_view value, Arena& arena, RecordSink& sink, Format& format, int inflations);
  Format Detect(std::string_view value);
  void DecodeFramed(std::string_view value, const SchemaFraming& framing, Arena& arena, RecordSink& sink,
                    Format& format);
  bool DecodeMsgpack(std::string_view value, Format& format, Arena& arena, RecordSink& sink);
  bool DecodeEnvelope(std::string_view value, Arena& arena, RecordSink& sink, const RecordSink::Mark& before);
  void DecodeIps(std::string_view value, Arena& arena, RecordSink& sink);
  void DecodePart(const EnvelopePart& part, Arena& arena, RecordSink& sink);
  void FillFrom(const EnvelopePart& part, LogRecord& record, Arena& arena);
  void DecodeAs(std::string_view value, Format& format, Arena& arena, RecordSink& sink, int quotes);
  void DecodeJson(std::string_view value, Format& format, Arena& arena, RecordSink& sink);
  Format DecodeCsv(std::string_view value, Arena& arena, RecordSink& sink);
  void DecodeFreeText(std::string_view value, Format& format, Arena& arena, RecordSink& sink, int quotes);

  const DecoderOptions options_;
  FieldCache fields_;
  RecordBuilder builder_;
  CsvFormat csv_;
  JsonFormat json_;
  OtlpProtoFormat otlp_proto_;
  OtlpJsonFormat otlp_json_;
  SentryFormat sentry_;
  Format guess_ = Format::kAuto;
  std::string inflated_;
  Decoded inner_;
  LogRecord outer_;
  int envelopes_ = 0;  // that the value being decoded is in
};

}  // namespace faultline::ingest
