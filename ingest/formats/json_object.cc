#include "ingest/formats/json_object.h"

#include <bit>
#include <cstdint>
#include <cstring>

#include "ingest/formats/json_spans.h"
#include "ingest/formats/json_stack.h"
#include "ingest/formats/json_text.h"

namespace faultline::ingest {
namespace {

using simdjson::error_code;
namespace ondemand = simdjson::ondemand;

constexpr size_t kMaxPathBytes = 256;

bool IsNumber(std::string_view text) {
  if (text.front() == '-') text.remove_prefix(1);
  if (text.empty() || text.front() < '0' || text.front() > '9') return false;
  return text.find_first_not_of("0123456789.eE+-") == std::string_view::npos;
}

// Which bytes of `word` are `c`: their high bit is set (and, above the first
// such byte, perhaps that of others).
constexpr uint64_t BytesEqual(uint64_t word, char c) {
  constexpr uint64_t kOnes = 0x0101010101010101;
  const uint64_t difference = word ^ (kOnes * static_cast<unsigned char>(c));
  return (difference - kOnes) & ~difference & (kOnes * 0x80);
}

// The distance to the next quote or backslash, eight bytes at a time. The
// document is padded and stage 1 found the closing quote, so it ends inside it.
size_t PlainLength(const char* text) {
  for (size_t at = 0;; at += 8) {
    uint64_t word = 0;
    std::memcpy(&word, text + at, sizeof(word));
    if constexpr (std::endian::native == std::endian::big) word = __builtin_bswap64(word);
    const uint64_t found = BytesEqual(word, '"') | BytesEqual(word, '\\');
    if (found != 0) return at + static_cast<size_t>(std::countr_zero(found)) / 8;
  }
}

}  // namespace

bool ScalarText(std::string_view token, Arena& arena, std::string_view& text, ValueType& type) {
  while (!token.empty() &&
         (token.back() == ' ' || token.back() == '\n' || token.back() == '\r' || token.back() == '\t')) {
    token.remove_suffix(1);
  }
  if (token.empty()) return false;
  if (token.front() == '"') {
    if (token.size() < 2 || token.back() != '"') return false;
    type = ValueType::kString;
    text = UnescapeJson(token.substr(1, token.size() - 2), arena);
    return true;
  }
  text = token;
  if (token == "null") {
    text = {};
    type = ValueType::kString;
    return true;
  }
  type = ValueType::kBool;
  if (token == "true" || token == "false") return true;
  type = ValueType::kNumber;
  return IsNumber(token);
}

std::string_view KeyText(ondemand::raw_json_string key, Arena& arena) {
  const char* const start = key.raw();
  const char* end = start + PlainLength(start);
  if (*end == '"') return {start, static_cast<size_t>(end - start)};
  while (*end != '"') end += *end == '\\' ? 2 : 1;
  return UnescapeJson({start, static_cast<size_t>(end - start)}, arena);
}

error_code JsonObjectWalker::Walk(ondemand::object object) {
  path_.clear();
  return WalkFields(object, 1);
}

error_code JsonObjectWalker::WalkFields(ondemand::object object, int depth) {
  for (auto result : object) {
    ondemand::field field;
    if (const error_code error = std::move(result).get(field)) return error;
    const std::string_view key = KeyText(field.key(), builder_.arena());
    if (const error_code error = SetValue(field.value(), key, depth)) return error;
  }
  return simdjson::SUCCESS;
}

error_code JsonObjectWalker::SetValue(ondemand::value value, std::string_view key, int depth) {
  const std::string_view token = value.raw_json_token();
  const bool is_object = token[0] == '{';
  if (is_object || token[0] == '[') {
    if (depth >= max_depth_) {
      builder_.DropDeepValue();
      return simdjson::SUCCESS;
    }
  }
  const size_t outer = path_.size();
  const bool at_top = outer == 0;
  std::string_view path = key;
  if (!at_top || is_object) {
    path_.append(key.substr(0, kMaxPathBytes));
    if (path_.size() > kMaxPathBytes) path_.resize(kMaxPathBytes);
    path = path_;
  }
  error_code error = simdjson::SUCCESS;
  if (is_object) {
    ondemand::object object;
    error = value.get_object().get(object);
    if (error == simdjson::SUCCESS) {
      path_.push_back('.');
      error = WalkFields(object, depth + 1);
    }
  } else if (token[0] == '[') {
    error = SetArray(value, path, depth);
  } else {
    std::string_view text;
    ValueType type = ValueType::kString;
    if (ScalarText(token, builder_.arena(), text, type)) {
      builder_.Set(path, text, type, /*path_is_stable=*/at_top);
    } else {
      error = simdjson::TAPE_ERROR;
    }
  }
  path_.resize(outer);
  return error;
}

error_code JsonObjectWalker::SetArray(ondemand::value value, std::string_view path, int depth) {
  ondemand::array array;
  if (const error_code error = value.get_array().get(array)) return error;
  std::string_view raw;
  if (const error_code error = array.raw_json().get(raw)) return error;
  SetJsonArray(raw, path, depth, max_depth_, builder_);
  return simdjson::SUCCESS;
}

void SetJsonArray(std::string_view raw, std::string_view path, int depth, int max_depth, RecordBuilder& builder) {
  int inner_depth = 0;
  Arena& arena = builder.arena();
  const std::string_view text = CompactJson(raw, arena, inner_depth);
  if (depth + inner_depth > max_depth) return builder.DropDeepValue();
  const Field field = builder.fields().Find(path);
  if (field == Field::kEnvelope) builder.NoteEnvelope();
  if (text == "[]") return;
  if (field == Field::kEnvelope) return builder.AddAttribute(path, text);
  if (field == Field::kStacktrace || field == Field::kException) return SetStackArray(text, field, path, builder);
  if (path == "spans" && text[1] == '{') return SetSpans(text, path, builder);
  if (field != Field::kNone && field != Field::kIgnored) {
    if (const auto bytes = BytesOfArray(text, arena); bytes.has_value()) {
      return builder.SetField(field, path, *bytes, ValueType::kString);
    }
  }
  // Of a field that should be one text, the first counts; the rest is kept.
  std::string_view first;
  ValueType type = ValueType::kString;
  const size_t end = text.find_first_of(",]", 1);
  if (field != Field::kNone && text[1] == '"' && ScalarText(text.substr(1, end - 1), arena, first, type)) {
    builder.SetField(field, path, first, type);
    if (text[end] == ']' || (IsId(field) && field >= IdField(store::IdKind::kUser))) return;
  }
  builder.AddAttribute(path, text);
}

}  // namespace faultline::ingest
