#include "ingest/formats/json_spans.h"

#include <simdjson.h>

#include <algorithm>
#include <string>
#include <vector>

namespace faultline::ingest {
namespace {

namespace dom = simdjson::dom;

constexpr size_t kMaxSpans = 64;

void SetFields(const dom::object& span, RecordBuilder& builder) {
  for (const auto& [name, value] : span) {
    const Field field = builder.fields().Find(name);
    if (!IsId(field) && !IsDimension(field)) continue;
    std::string_view text;
    if (value.get(text) != simdjson::SUCCESS) continue;
    builder.SetField(field, "span." + std::string(name), builder.arena().Copy(text), ValueType::kString);
  }
}

}  // namespace

void SetSpans(std::string_view compact_json, std::string_view path, RecordBuilder& builder) {
  builder.AddAttribute(path, compact_json);
  dom::parser parser;
  dom::array array;
  if (parser.parse(compact_json.data(), compact_json.size()).get(array) != simdjson::SUCCESS) return;
  std::vector<dom::object> spans;
  for (const dom::element element : array) {
    dom::object span;
    if (element.get(span) == simdjson::SUCCESS && spans.size() < kMaxSpans) spans.push_back(span);
  }
  std::for_each(spans.rbegin(), spans.rend(), [&builder](const dom::object& span) { SetFields(span, builder); });
}

}  // namespace faultline::ingest
