#include "ingest/formats/otlp_value.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace faultline::ingest {
namespace {

using opentelemetry::v1::AnyValue;

constexpr size_t kMaxPathBytes = 256;
constexpr size_t kMaxJsonBytes = 64 * 1024;

void AppendJsonText(std::string_view text, std::string& json) {
  constexpr char kHex[] = "0123456789abcdef";
  json.push_back('"');
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      json.push_back('\\');
      json.push_back(c);
    } else if (static_cast<unsigned char>(c) < 0x20) {
      json.append({'\\', 'u', '0', '0', kHex[(c >> 4) & 15], kHex[c & 15]});
    } else {
      json.push_back(c);
    }
  }
  json.push_back('"');
}

// False when it is nested too deep.
bool AppendJson(const AnyValue& value, int depth, Arena& arena, std::string& json) {
  if (depth < 0) return false;
  if (json.size() > kMaxJsonBytes) return true;
  switch (value.value_case()) {
    case AnyValue::kStringValue:
      AppendJsonText(value.string_value(), json);
      return true;
    case AnyValue::kBoolValue:
      json += value.bool_value() ? "true" : "false";
      return true;
    case AnyValue::kIntValue:
      absl::StrAppend(&json, value.int_value());
      return true;
    case AnyValue::kDoubleValue:
      absl::StrAppend(&json, value.double_value());
      return true;
    case AnyValue::kBytesValue:
      AppendJsonText(HexText(value.bytes_value(), arena), json);
      return true;
    case AnyValue::kArrayValue:
      json.push_back('[');
      for (const AnyValue& element : value.array_value().values()) {
        if (json.back() != '[') json.push_back(',');
        if (!AppendJson(element, depth - 1, arena, json)) return false;
      }
      json.push_back(']');
      return true;
    case AnyValue::kKvlistValue:
      json.push_back('{');
      for (const auto& pair : value.kvlist_value().values()) {
        if (json.back() != '{') json.push_back(',');
        AppendJsonText(pair.key(), json);
        json.push_back(':');
        if (!AppendJson(pair.value(), depth - 1, arena, json)) return false;
      }
      json.push_back('}');
      return true;
    case AnyValue::VALUE_NOT_SET:
      json += "null";
      return true;
  }
  return true;
}

void SetArray(const AnyValue& value, std::string_view path, int max_depth, RecordBuilder& builder) {
  if (value.array_value().values().empty()) return;
  std::string json;
  if (!AppendJson(value, max_depth, builder.arena(), json)) return builder.DropDeepValue();
  builder.AddAttribute(path, builder.arena().Copy(json));
}

void SetMap(const AnyValue& value, std::string& path, int max_depth, RecordBuilder& builder) {
  const size_t outer = path.size();
  for (const auto& pair : value.kvlist_value().values()) {
    if (!path.empty()) path.push_back('.');
    path.append(pair.key(), 0, kMaxPathBytes);
    if (path.size() > kMaxPathBytes) path.resize(kMaxPathBytes);
    SetOtlpValue(pair.value(), path, max_depth - 1, builder);
    path.resize(std::min(outer, path.size()));
  }
}

}  // namespace

std::string_view HexText(std::string_view bytes, Arena& arena) {
  constexpr char kHex[] = "0123456789abcdef";
  char* const to = arena.Allocate(bytes.size() * 2);
  for (size_t i = 0; i < bytes.size(); ++i) {
    to[2 * i] = kHex[(bytes[i] >> 4) & 15];
    to[2 * i + 1] = kHex[bytes[i] & 15];
  }
  return {to, bytes.size() * 2};
}

void SetOtlpValue(const AnyValue& value, std::string& path, int max_depth, RecordBuilder& builder) {
  Arena& arena = builder.arena();
  switch (value.value_case()) {
    case AnyValue::kStringValue:
      return builder.Set(path, arena.Copy(value.string_value()), ValueType::kString);
    case AnyValue::kBoolValue:
      return builder.Set(path, value.bool_value() ? "true" : "false", ValueType::kBool);
    case AnyValue::kIntValue:
      return builder.Set(path, arena.Copy(absl::StrCat(value.int_value())), ValueType::kNumber);
    case AnyValue::kDoubleValue:
      return builder.Set(path, arena.Copy(absl::StrCat(value.double_value())), ValueType::kNumber);
    case AnyValue::kBytesValue:
      return builder.Set(path, HexText(value.bytes_value(), arena), ValueType::kString);
    case AnyValue::kArrayValue:
      return SetArray(value, path, max_depth, builder);
    case AnyValue::kKvlistValue:
      return max_depth > 0 ? SetMap(value, path, max_depth, builder) : builder.DropDeepValue();
    case AnyValue::VALUE_NOT_SET:
      return;
  }
}

}  // namespace faultline::ingest
