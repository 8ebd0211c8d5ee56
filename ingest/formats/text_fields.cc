#include "ingest/formats/text_fields.h"

#include <algorithm>
#include <vector>

#include "ingest/formats/json_document.h"
#include "ingest/formats/json_object.h"
#include "ingest/formats/json_stack.h"
#include "ingest/formats/key_values.h"
#include "ingest/trim.h"

namespace faultline::ingest {
namespace {

constexpr int kMaxDepth = 16;
constexpr size_t kMaxJsonBytes = 256 * 1024;
constexpr int kMaxStarts = 4;

bool IsJsonObject(std::string_view json, Arena& arena) {
  JsonDocument document;
  if (document.Open(json, arena) != simdjson::SUCCESS) return false;
  simdjson::ondemand::object object;
  if (document.document().get_object().get(object) != simdjson::SUCCESS) return false;
  std::string_view raw;
  return object.raw_json().get(raw) == simdjson::SUCCESS && !document.HasMore();
}

bool SetJsonFields(std::string_view json, RecordBuilder& builder) {
  if (json.size() > kMaxJsonBytes || !IsJsonObject(json, builder.arena())) return false;
  JsonDocument document;
  simdjson::ondemand::object object;
  if (document.Open(json, builder.arena()) != simdjson::SUCCESS) return false;
  if (document.document().get_object().get(object) != simdjson::SUCCESS) return false;
  JsonObjectWalker walker(builder, kMaxDepth);
  return walker.Walk(object) == simdjson::SUCCESS;
}

// Where the object that ends `line` may start, from the first place on: behind a blank, with a name or nothing in it.
size_t FindObject(std::string_view line, size_t from) {
  for (size_t at = line.find('{', from); at != std::string_view::npos; at = line.find('{', at + 1)) {
    const bool apart = at > 0 && (line[at - 1] == ' ' || line[at - 1] == '\t');
    const size_t inside = line.find_first_not_of(' ', at + 1);
    if (apart && inside != std::string_view::npos && (line[inside] == '"' || line[inside] == '}')) return at;
  }
  return std::string_view::npos;
}

// `line` without the object it ends with. Sets its fields.
std::string_view TakeObject(std::string_view line, RecordBuilder& builder) {
  size_t at = FindObject(line, 0);
  for (int i = 0; i < kMaxStarts && at != std::string_view::npos; ++i, at = FindObject(line, at + 1)) {
    const std::string_view message = TrimRight(line.substr(0, at));
    if (!message.empty() && SetJsonFields(line.substr(at), builder)) return message;
  }
  return line;
}

// Monolog writes two: the context, and what its processors add; either may be "[]".
std::string_view TakeObjects(std::string_view line, RecordBuilder& builder) {
  std::string_view rest = TrimRight(line);
  const auto take_empty = [&rest] {
    if (rest.ends_with(" []")) rest = TrimRight(rest.substr(0, rest.size() - 2));
  };
  const bool monolog = rest.ends_with(" []") || rest.find("} {") != std::string_view::npos;
  if (!monolog) return rest.ends_with('}') ? TakeObject(rest, builder) : line;
  take_empty();
  if (const size_t second = rest.rfind("} {"); rest.ends_with('}') && second != std::string_view::npos) {
    if (SetJsonFields(rest.substr(second + 2), builder)) rest = rest.substr(0, second + 1);
  }
  if (rest.ends_with('}')) rest = TakeObject(rest, builder);
  take_empty();
  return rest.empty() ? line : rest;
}

bool MeansMore(Field field) {
  return IsId(field) || IsDimension(field) || IsWeakDimension(field) || field == Field::kError ||
         field == Field::kException || field == Field::kExceptionMessage || field == Field::kStacktrace ||
         field == Field::kSide;
}

void SetPairs(std::string_view line, RecordBuilder& builder) {
  std::vector<KeyValue> pairs;
  size_t start = 0;
  TrailingPairs(line, builder.arena(), pairs, start);
  for (const KeyValue& pair : pairs) {
    const Field field = builder.fields().Find(pair.key);
    if (!MeansMore(field)) continue;
    if (field == Field::kStacktrace && pair.value.starts_with("[{")) {
      SetStackArray(pair.value, field, pair.key, builder);
    } else {
      builder.SetField(field, pair.key, pair.value, ValueType::kString);
    }
  }
}

}  // namespace

std::string_view TakeTextFields(std::string_view text, RecordBuilder& builder) {
  const size_t newline = text.find('\n');
  const std::string_view line = TrimRight(text.substr(0, newline));
  if (line.empty()) return text;
  if (line.back() == '}' || line.ends_with(" []")) {
    const std::string_view message = TakeObjects(line, builder);
    if (message.size() == line.size() || newline == std::string_view::npos) return message;
    // The lines behind stay where they were.
    char* const to = builder.arena().Allocate(message.size() + text.size() - newline);
    char* end = std::copy(message.begin(), message.end(), to);
    end = std::copy(text.begin() + static_cast<std::ptrdiff_t>(newline), text.end(), end);
    return {to, static_cast<size_t>(end - to)};
  }
  if (line.find('=') != std::string_view::npos) SetPairs(line, builder);
  return text;
}

}  // namespace faultline::ingest
