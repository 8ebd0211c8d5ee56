#include "ingest/formats/msgpack.h"

#include <cmath>
#include <cstdint>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/status_macros.h"
#include "ingest/formats/msgpack_reader.h"
#include "ingest/inflate.h"

namespace faultline::ingest {
namespace {

using Kind = MsgpackKind;
using Token = MsgpackToken;

class JsonWriter {
 public:
  JsonWriter(std::string_view value, size_t max_json_bytes, std::string& json)
      : reader_(value), max_json_bytes_(max_json_bytes), json_(json) {}

  bool AtEnd() const { return reader_.AtEnd(); }
  // A map, [time, map] or, where no `tag` is known yet, the forward protocol's array.
  absl::Status WriteEntry(std::string_view tag, bool tagged);

 private:
  absl::Status WriteValue(const Token& token, int depth);
  absl::Status WriteMap(uint64_t pairs, int depth);
  absl::Status WriteRecord(const Token& map, std::string_view tag, const Token* time);
  absl::Status WriteBehindTag(std::string_view tag, uint64_t elements);
  absl::Status WritePacked(std::string_view tag, std::string_view entries);
  absl::Status WriteTimeAndMap(std::string_view tag, const Token& first);
  void WriteText(std::string_view text);
  void WriteTime(const Token& time);

  MsgpackReader reader_;
  const size_t max_json_bytes_;
  std::string& json_;
};

void JsonWriter::WriteText(std::string_view text) {
  json_.push_back('"');
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      json_.push_back('\\');
      json_.push_back(c);
    } else if (static_cast<uint8_t>(c) < 0x20) {
      absl::StrAppend(&json_, "\\u00", absl::Hex(static_cast<uint8_t>(c), absl::kZeroPad2));
    } else {
      json_.push_back(c);
    }
  }
  json_.push_back('"');
}

// Seconds: a number, Fluentd's EventTime (type 0) or MessagePack's timestamp (type -1).
void JsonWriter::WriteTime(const Token& time) {
  const auto number_at = [&time](size_t at, size_t size) {
    uint64_t number = 0;
    for (size_t i = at; i < at + size; ++i) number = number << 8 | static_cast<uint8_t>(time.bytes[i]);
    return number;
  };
  uint64_t seconds = time.number, nanos = 0;
  if (time.kind == Kind::kExtension && time.type == 0 && time.bytes.size() == 8) {
    seconds = number_at(0, 4);
    nanos = number_at(4, 4);
  } else if (time.kind == Kind::kExtension && time.type == -1 && time.bytes.size() == 8) {
    const uint64_t both = number_at(0, 8);
    seconds = both & 0x3ffffffffU;
    nanos = both >> 34;
  } else if (time.kind == Kind::kExtension && time.type == -1 && (time.bytes.size() == 4 || time.bytes.size() == 12)) {
    const bool with_nanos = time.bytes.size() == 12;
    seconds = with_nanos ? number_at(4, 8) : number_at(0, 4);
    nanos = with_nanos ? number_at(0, 4) : 0;
  } else if (time.kind == Kind::kFloat && std::isfinite(time.real)) {
    absl::StrAppendFormat(&json_, "%.6f", time.real);
    return;
  } else if (time.kind != Kind::kUint) {
    json_ += "null";
    return;
  }
  absl::StrAppendFormat(&json_, "%u.%09u", seconds, nanos < 1'000'000'000 ? nanos : 0);
}

absl::Status JsonWriter::WriteValue(const Token& token, int depth) {
  if (json_.size() > max_json_bytes_) return reader_.Damaged("more JSON than is allowed");
  switch (token.kind) {
    case Kind::kNil:
      json_ += "null";
      return absl::OkStatus();
    case Kind::kBool:
      json_ += token.number != 0 ? "true" : "false";
      return absl::OkStatus();
    case Kind::kUint:
      absl::StrAppend(&json_, token.number);
      return absl::OkStatus();
    case Kind::kInt:
      absl::StrAppend(&json_, static_cast<int64_t>(token.number));
      return absl::OkStatus();
    case Kind::kFloat:
      json_ += std::isfinite(token.real) ? absl::StrFormat("%.17g", token.real) : std::string("null");
      return absl::OkStatus();
    case Kind::kText:
      WriteText(token.bytes);
      return absl::OkStatus();
    case Kind::kExtension:
      WriteTime(token);
      return absl::OkStatus();
    case Kind::kMap:
      return WriteMap(token.number, depth);
    case Kind::kArray:
      break;
  }
  if (depth >= kMaxMsgpackDepth) return reader_.Damaged("nested too deep");
  json_.push_back('[');
  for (uint64_t i = 0; i < token.number; ++i) {
    Token element;
    if (i > 0) json_.push_back(',');
    RETURN_IF_ERROR(reader_.Take(element));
    RETURN_IF_ERROR(WriteValue(element, depth + 1));
  }
  json_.push_back(']');
  return absl::OkStatus();
}

absl::Status JsonWriter::WriteMap(uint64_t pairs, int depth) {
  if (depth >= kMaxMsgpackDepth) return reader_.Damaged("nested too deep");
  json_.push_back('{');
  for (uint64_t i = 0; i < pairs; ++i) {
    Token key, value;
    if (i > 0) json_.push_back(',');
    RETURN_IF_ERROR(reader_.Take(key));
    if (key.kind == Kind::kText) {
      WriteText(key.bytes);
    } else if (key.kind == Kind::kUint || key.kind == Kind::kInt) {
      absl::StrAppend(&json_, "\"", static_cast<int64_t>(key.number), "\"");
    } else {
      return reader_.Damaged("a key that is neither text nor a whole number");
    }
    json_.push_back(':');
    RETURN_IF_ERROR(reader_.Take(value));
    RETURN_IF_ERROR(WriteValue(value, depth + 1));
  }
  json_.push_back('}');
  return absl::OkStatus();
}

absl::Status JsonWriter::WriteRecord(const Token& map, std::string_view tag, const Token* time) {
  if (map.kind != Kind::kMap) return reader_.Damaged("an entry that is no map");
  const size_t start = json_.size();
  const absl::Status status = WriteMap(map.number, 1);
  if (!status.ok()) {
    json_.resize(start);  // the records in front of it stay
    return status;
  }
  json_.pop_back();
  const auto separate = [this] {
    if (json_.back() != '{') json_.push_back(',');
  };
  if (!tag.empty()) {
    separate();
    json_ += "\"fluent.tag\":";
    WriteText(tag);
  }
  if (time != nullptr) {
    separate();
    json_ += "\"@timestamp\":";
    WriteTime(*time);
  }
  json_ += "}\n";
  return absl::OkStatus();
}

// `first` is the time, or Fluent Bit's [time, {metadata}].
absl::Status JsonWriter::WriteTimeAndMap(std::string_view tag, const Token& first) {
  Token time = first, map;
  if (first.kind == Kind::kArray) {
    RETURN_IF_ERROR(reader_.Take(time));
    for (uint64_t i = 1; i < first.number; ++i) RETURN_IF_ERROR(reader_.Skip());
  }
  RETURN_IF_ERROR(reader_.Take(map));
  return WriteRecord(map, tag, &time);
}

// Entries one behind another, perhaps compressed.
absl::Status JsonWriter::WritePacked(std::string_view tag, std::string_view entries) {
  std::string inflated;
  if (IsCompressed(entries)) {
    RETURN_IF_ERROR(Inflate(entries, max_json_bytes_, inflated));
    entries = inflated;
  }
  JsonWriter packed(entries, max_json_bytes_, json_);
  while (!packed.AtEnd()) RETURN_IF_ERROR(packed.WriteEntry(tag, /*tagged=*/true));
  return absl::OkStatus();
}

// The forward protocol: `elements` with the tag.
absl::Status JsonWriter::WriteBehindTag(std::string_view tag, uint64_t elements) {
  Token second;
  RETURN_IF_ERROR(reader_.Take(second));
  uint64_t used = 2;
  if (second.kind == Kind::kArray) {
    for (uint64_t i = 0; i < second.number; ++i) RETURN_IF_ERROR(WriteEntry(tag, /*tagged=*/true));
  } else if (second.kind == Kind::kText) {
    RETURN_IF_ERROR(WritePacked(tag, second.bytes));
  } else {
    RETURN_IF_ERROR(WriteTimeAndMap(tag, second));
    ++used;
  }
  for (; used < elements; ++used) RETURN_IF_ERROR(reader_.Skip());
  return absl::OkStatus();
}

absl::Status JsonWriter::WriteEntry(std::string_view tag, bool tagged) {
  Token token, first;
  RETURN_IF_ERROR(reader_.Take(token));
  if (token.kind == Kind::kMap) return WriteRecord(token, tag, nullptr);
  if (token.kind != Kind::kArray || token.number < 2) return reader_.Damaged("neither a map nor an entry");
  RETURN_IF_ERROR(reader_.Take(first));
  if (first.kind == Kind::kText && !tagged) return WriteBehindTag(first.bytes, token.number);
  RETURN_IF_ERROR(WriteTimeAndMap(tag, first));
  for (uint64_t i = 2; i < token.number; ++i) RETURN_IF_ERROR(reader_.Skip());
  return absl::OkStatus();
}

}  // namespace

bool FitsMsgpack(std::string_view value) {
  if (value.size() < 3) return false;
  const auto byte = [value](size_t at) { return static_cast<uint8_t>(value[at]); };
  const uint8_t first = byte(0);
  const auto is_text = [&](size_t at) {
    return at < value.size() && ((byte(at) >= 0xa1 && byte(at) <= 0xbf) || (byte(at) >= 0xd9 && byte(at) <= 0xdb));
  };
  if (first >= 0x81 && first <= 0x8f) return is_text(1);
  if (first == 0xde) return byte(1) <= 0x03 && is_text(3);
  if (first == 0xdf) return byte(1) == 0 && is_text(5);
  if (first < 0x92 || first > 0x94) return false;
  const uint8_t second = byte(1);
  const bool is_time =
      second == 0xce || second == 0xcf || second == 0xcb || second == 0xd6 || second == 0xd7 || second == 0xc7;
  return is_time || is_text(1) || (first == 0x92 && (second == 0x92 || second == 0x93));
}

absl::Status MsgpackToJson(std::string_view value, size_t max_json_bytes, std::string& json) {
  JsonWriter writer(value, max_json_bytes, json);
  do {
    RETURN_IF_ERROR(writer.WriteEntry({}, /*tagged=*/false));
  } while (!writer.AtEnd());
  return absl::OkStatus();
}

}  // namespace faultline::ingest
