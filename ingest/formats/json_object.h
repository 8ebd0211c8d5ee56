// Walks one JSON object with simdjson On-Demand and gives its fields to a
// RecordBuilder. Texts without escapes are not copied: they point into the
// padded copy of the document, which must live as long as the arena.
#pragma once

#include <simdjson.h>

#include <string>
#include <string_view>

#include "ingest/record_builder.h"

namespace faultline::ingest {

class JsonObjectWalker {
 public:
  // `builder` must outlive the walker. Values nested deeper than `max_depth` are
  // dropped and flagged.
  JsonObjectWalker(RecordBuilder& builder, int max_depth) : builder_(builder), max_depth_(max_depth) {}

  // Sets every field of `object`. Errors: what simdjson says of malformed JSON;
  // the builder then has the fields before it.
  simdjson::error_code Walk(simdjson::ondemand::object object);

 private:
  simdjson::error_code WalkFields(simdjson::ondemand::object object, int depth);
  simdjson::error_code SetValue(simdjson::ondemand::value value, std::string_view key, int depth);
  simdjson::error_code SetArray(simdjson::ondemand::value value, std::string_view path, int depth);

  RecordBuilder& builder_;
  const int max_depth_;
  std::string path_;  // of the object that is walked, with a "." behind it
};

// Sets the field `path` to the array `raw`, from "[" to "]": the frames of a
// stack as its text, byte arrays as their bytes, of what should be one text the
// first; else its text as an attribute, without blanks. `depth` is that of the
// object it is in; beyond `max_depth` the array is dropped and flagged.
void SetJsonArray(std::string_view raw, std::string_view path, int depth, int max_depth, RecordBuilder& builder);

// The text of a scalar token as simdjson gives it (with what blanks follow):
// strings unescaped, numbers and literals as written, null empty. False when it
// is no JSON value.
bool ScalarText(std::string_view token, Arena& arena, std::string_view& text, ValueType& type);

// The key of a field, unescaped.
std::string_view KeyText(simdjson::ondemand::raw_json_string key, Arena& arena);

}  // namespace faultline::ingest
