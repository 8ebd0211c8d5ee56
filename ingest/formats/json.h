// JSON documents -> records: one object, an array of objects, or several
// documents behind one another. Dialects (ECS, GELF, journald) differ in the
// names of their fields alone, which ingest/field_aliases.h knows.
//
// Not thread-safe; one per stream.
#pragma once

#include <simdjson.h>

#include <string_view>

#include "ingest/decoder.h"
#include "ingest/formats/json_document.h"
#include "ingest/formats/json_object.h"
#include "ingest/formats/plain_json.h"
#include "ingest/record_sink.h"

namespace faultline::ingest {

class JsonFormat {
 public:
  // `builder` must outlive it.
  JsonFormat(const DecoderOptions& options, RecordBuilder& builder);

  // Decodes `value`, whose first character is "{" or "[" (or anything, which
  // then fails). `format` is the dialect where it is configured, else kAuto.
  // Returns the dialect of the last record.
  // Failures: "json_malformed", "document_too_large", "json_not_an_object",
  // "empty", "depth_exceeded", "attempts_malformed".
  Format Decode(std::string_view value, Format format, Arena& arena, RecordSink& sink);
  // Whether a record of the last value had a field that wrappers around records have (formats/envelope.h).
  bool names_envelope() const { return names_envelope_; }

 private:
  bool DecodePlain(std::string_view json, Arena& arena, RecordSink& sink);
  void DecodeDocument(std::string_view json, Arena& arena, RecordSink& sink);
  bool DecodeLines(std::string_view json, Arena& arena, RecordSink& sink);
  simdjson::error_code DecodeArray(simdjson::ondemand::array array, Arena& arena, RecordSink& sink);
  void Finish(RecordSink& sink);
  simdjson::error_code DecodeObject(simdjson::ondemand::object object, Arena& arena, RecordSink& sink);

  const DecoderOptions options_;
  RecordBuilder& builder_;
  JsonObjectWalker walker_;
  PlainJsonReader plain_;
  JsonDocument document_;
  Dialect configured_ = Dialect::kGeneric;
  Dialect found_ = Dialect::kGeneric;
  bool names_envelope_ = false;
};

}  // namespace faultline::ingest
