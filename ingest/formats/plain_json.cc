#include "ingest/formats/plain_json.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "base/byte_block.h"
#include "base/text.h"
#include "ingest/formats/json_object.h"
#include "ingest/formats/json_text.h"

namespace faultline::ingest {
namespace {

constexpr size_t kMaxKeys = 64;
constexpr size_t kMaxPathBytes = 256;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

bool EndsScalar(char c) { return c == ',' || c == '}' || c == ']' || c == ' ' || c == '\n' || c == '\t' || c == '\r'; }

}  // namespace

bool PlainJsonReader::Read(std::string_view json) {
  if (json.size() < 2 || json.front() != '{' || json.back() != '}') return false;
  at_ = json.data() + 1;
  end_ = json.data() + json.size();
  not_ascii_ = 0;
  path_.clear();
  last_key_ = 0;
  return ReadObject(1) && at_ == end_ && (not_ascii_ == 0 || IsUtf8(json));
}

// The members of an object and its "}".
bool PlainJsonReader::ReadObject(int depth) {
  SkipBlanks();
  if (*at_ != '"') return false;
  while (true) {
    if (!(depth == 1 ? ReadOuterField() : ReadInnerField(depth))) return false;
    if (at_ == end_) return false;
    SkipBlanks();
    const char c = *at_++;
    if (c == '}') return true;
    if (c != ',') return false;
    SkipBlanks();
  }
}

bool PlainJsonReader::ReadOuterField() {
  std::string_view key;
  Field field = Field::kNone;
  if (const Key* const guess = GuessKey()) {
    key = {at_ + 1, guess->size};
    field = guess->field;
    at_ += guess->size + 2;
  } else {
    Text text;
    if (!ReadString(text)) return false;
    key = Unescaped(text);
    field = builder_.fields().Find(key);
    if (!text.escaped) LearnKey(key, field);
  }
  if (!Take(':')) return false;
  SkipBlanks();
  if (*at_ == '{') return ReadNested(key, 1);
  if (*at_ == '[') return ReadArray(key, 1);
  std::string_view value;
  ValueType type = ValueType::kString;
  if (!ReadScalar(value, type)) return false;
  builder_.SetField(field, key, value, type, /*path_is_stable=*/true);
  return true;
}

bool PlainJsonReader::ReadInnerField(int depth) {
  Text text;
  if (!ReadString(text) || !Take(':')) return false;
  const std::string_view key = Unescaped(text);
  SkipBlanks();
  if (*at_ == '{') return ReadNested(key, depth);
  const size_t outer = path_.size();
  if (outer + key.size() > kMaxPathBytes) return false;
  path_.append(key);
  if (*at_ == '[') {
    if (!ReadArray(path_, depth)) return false;
  } else {
    std::string_view value;
    ValueType type = ValueType::kString;
    if (!ReadScalar(value, type)) return false;
    builder_.Set(path_, value, type);
  }
  path_.resize(outer);
  return true;
}

bool PlainJsonReader::ReadNested(std::string_view key, int depth) {
  const size_t outer = path_.size();
  if (depth >= max_depth_ || outer + key.size() + 1 > kMaxPathBytes) return false;
  ++at_;
  path_.append(key).push_back('.');
  SkipBlanks();
  if (*at_ == '}') {
    ++at_;
  } else if (!ReadObject(depth + 1)) {
    return false;
  }
  path_.resize(outer);
  return true;
}

bool PlainJsonReader::ReadArray(std::string_view path, int depth) {
  const char* const begin = at_;
  if (depth >= max_depth_ || !SkipValue(depth)) return false;
  SetJsonArray({begin, static_cast<size_t>(at_ - begin)}, path, depth, max_depth_, builder_);
  return true;
}

bool PlainJsonReader::ReadScalar(std::string_view& text, ValueType& type) {
  switch (*at_) {
    case '"': {
      Text string;
      if (!ReadString(string)) return false;
      text = Unescaped(string);
      return true;
    }
    case 't':
      type = ValueType::kBool;
      text = "true";
      return ReadLiteral(text);
    case 'f':
      type = ValueType::kBool;
      text = "false";
      return ReadLiteral(text);
    case 'n':
      text = {};
      return ReadLiteral("null");
    default:
      type = ValueType::kNumber;
      return ReadNumber(text);
  }
}

// Goes to the next quote, backslash or control character.
bool PlainJsonReader::SkipPlainText() {
  while (end_ - at_ >= static_cast<ptrdiff_t>(ByteBlock::kBytes)) {
    const ByteBlock block(at_);
    const uint32_t stops = block.Equal('"') | block.Equal('\\') | block.Controls();
    not_ascii_ |= block.NotAscii() & BitsBelow(stops);
    if (stops != 0) {
      at_ += std::countr_zero(stops);
      return true;
    }
    at_ += ByteBlock::kBytes;
  }
  for (; at_ != end_; ++at_) {
    const auto c = static_cast<unsigned char>(*at_);
    if (c == '"' || c == '\\' || c < 0x20) return true;
    not_ascii_ |= c & 0x80;
  }
  return false;
}

// The string at `at_`, which is its quote; passes it by.
bool PlainJsonReader::ReadString(Text& text) {
  if (*at_ != '"') return false;
  const char* const begin = ++at_;
  while (SkipPlainText()) {
    const char c = *at_++;
    if (c == '"') {
      text.raw = {begin, static_cast<size_t>(at_ - 1 - begin)};
      return true;
    }
    if (c != '\\') return false;
    const auto escaped = static_cast<unsigned char>(*at_++);  // if need be the "}" that ends all
    if (escaped < 0x20) return false;
    not_ascii_ |= escaped & 0x80;
    text.escaped = true;
  }
  return false;
}

bool PlainJsonReader::ReadNumber(std::string_view& text) {
  const char* const begin = at_;
  if (*at_ == '-') ++at_;
  const char* const digits = at_;
  while (IsDigit(*at_)) ++at_;
  if (at_ == digits || (*digits == '0' && at_ != digits + 1)) return false;
  if (*at_ == '.') {
    const char* const fraction = ++at_;
    while (IsDigit(*at_)) ++at_;
    if (at_ == fraction) return false;
  }
  if (!EndsScalar(*at_)) return false;
  text = {begin, static_cast<size_t>(at_ - begin)};
  return true;
}

bool PlainJsonReader::ReadLiteral(std::string_view literal) {
  if (static_cast<size_t>(end_ - at_) <= literal.size()) return false;
  if (std::memcmp(at_, literal.data(), literal.size()) != 0 || !EndsScalar(at_[literal.size()])) return false;
  at_ += literal.size();
  return true;
}

std::string_view PlainJsonReader::Unescaped(const Text& text) {
  return text.escaped ? UnescapeJson(text.raw, builder_.arena()) : text.raw;
}

bool PlainJsonReader::SkipValue(int depth) {
  constexpr int kDeepest = 64;
  if (depth > kDeepest) return false;
  if (*at_ == '[' || *at_ == '{') {
    const char close = *at_ == '[' ? ']' : '}';
    ++at_;
    return SkipList(close, depth);
  }
  std::string_view text;
  ValueType type = ValueType::kString;
  if (*at_ != '"') return ReadScalar(text, type);
  Text string;
  return ReadString(string);
}

// The members of a list or object, and `close`.
bool PlainJsonReader::SkipList(char close, int depth) {
  SkipBlanks();
  if (*at_ == close) return ++at_ != end_;
  while (true) {
    SkipBlanks();
    Text key;
    if (close == '}' && (!ReadString(key) || !Take(':'))) return false;
    SkipBlanks();
    if (!SkipValue(depth + 1)) return false;
    SkipBlanks();
    const char c = *at_++;
    if (at_ == end_) return false;
    if (c == close) return true;
    if (c != ',') return false;
  }
}

const PlainJsonReader::Key* PlainJsonReader::GuessKey() {
  const char* const text = at_ + 1;
  if (*at_ != '"' || end_ - text < static_cast<ptrdiff_t>(ByteBlock::kBytes)) return nullptr;
  const ByteBlock block(text);
  auto& next = keys_[last_key_].next;
  for (size_t i = 0; i < next.size() && next[i] != 0; ++i) {
    const Key& key = keys_[next[i]];
    if (!block.StartsWith(key.bytes.data(), key.size + size_t{1})) continue;
    last_key_ = next[i];
    if (i > 0) std::swap(next[i], next[i - 1]);
    return &key;
  }
  return nullptr;
}

void PlainJsonReader::LearnKey(std::string_view key, Field field) {
  Key learned;
  const uint8_t last = last_key_;
  last_key_ = 0;
  if (key.size() >= learned.bytes.size()) return;
  std::copy(key.begin(), key.end(), learned.bytes.begin());
  learned.bytes[key.size()] = '"';
  learned.size = static_cast<uint8_t>(key.size());
  learned.field = field;
  const auto known = std::find_if(keys_.begin() + 1, keys_.end(), [&learned](const Key& other) {
    return other.size == learned.size && other.bytes == learned.bytes;
  });
  const auto index = static_cast<size_t>(known - keys_.begin());
  if (known == keys_.end() && keys_.size() == kMaxKeys) return;
  if (known == keys_.end()) keys_.push_back(learned);
  auto& next = keys_[last].next;
  std::copy_backward(next.begin(), next.end() - 1, next.end());
  next[0] = static_cast<uint8_t>(index);
  last_key_ = static_cast<uint8_t>(index);
}

}  // namespace faultline::ingest
