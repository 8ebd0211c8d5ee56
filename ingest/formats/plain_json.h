// The short way for JSON as machines write it: one object that is well-formed
// and UTF-8, read in one pass without a document of its own.
//
// It takes only what it is sure of and leaves everything else (repairs, several
// documents, numbers of odd forms, deep nesting) to the long way, JsonObjectWalker.
// What it takes gives the same calls of the builder; a test compares the two.
//
// Keys are guessed: records of a stream have the same few in the same order.
// Not thread-safe.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/record_builder.h"

namespace faultline::ingest {

class PlainJsonReader {
 public:
  // `builder` must outlive the reader.
  PlainJsonReader(RecordBuilder& builder, int max_depth) : builder_(builder), max_depth_(max_depth) { keys_.resize(1); }

  // Sets every field of `json`, from "{" to "}". False where it is not of the
  // kind described above; the builder then has some of the fields, and must
  // begin anew. Texts without escapes point into `json`.
  bool Read(std::string_view json);

 private:
  // A key of the outer object that was seen before.
  struct Key {
    std::array<char, 32> bytes{};  // with the closing quote behind it
    uint8_t size = 0;              // without it
    Field field = Field::kNone;
    std::array<uint8_t, 4> next{};  // what followed it lately, as indices of keys_; 0: nothing yet
  };
  struct Text {
    std::string_view raw;
    bool escaped = false;
  };

  bool ReadObject(int depth);
  bool ReadOuterField();
  bool ReadInnerField(int depth);
  bool ReadNested(std::string_view key, int depth);
  bool ReadArray(std::string_view path, int depth);
  // Scalars, without their meaning.
  bool ReadScalar(std::string_view& text, ValueType& type);
  bool ReadString(Text& text);
  bool SkipPlainText();
  bool ReadNumber(std::string_view& text);
  bool ReadLiteral(std::string_view literal);
  std::string_view Unescaped(const Text& text);
  // Passes by a value inside an array, which must be well-formed all the same.
  bool SkipValue(int depth);
  bool SkipList(char close, int depth);

  void SkipBlanks() {
    while (*at_ == ' ' || *at_ == '\n' || *at_ == '\t' || *at_ == '\r') ++at_;
  }
  bool Take(char c) {
    SkipBlanks();
    if (*at_ != c) return false;
    ++at_;
    return true;
  }

  // The key at `at_` if it is among those expected; null otherwise.
  const Key* GuessKey();
  // Makes `key` expected behind the last one.
  void LearnKey(std::string_view key, Field field);

  RecordBuilder& builder_;
  const int max_depth_;
  const char* at_ = nullptr;   // the last byte is a "}", so one look at it is always good
  const char* end_ = nullptr;  // behind it
  uint32_t not_ascii_ = 0;     // not 0 where such a byte was seen
  std::string path_;           // of the object that is read, with a "." behind it
  std::vector<Key> keys_;      // [0] stands for the start
  uint8_t last_key_ = 0;
};

}  // namespace faultline::ingest
