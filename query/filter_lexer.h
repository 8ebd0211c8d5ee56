// Words, quotes and signs of a filter expression.
//
// Not thread-safe; lives for one parse.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace faultline::query {

enum class FilterToken {
  kEnd,
  kWord,    // unquoted text
  kQuoted,  // text in double or single quotes, escapes resolved but for \* and \\, which a pattern reads
  kComparator,
  kOpen,
  kClose,
  kMinus,
  kAnd,
  kOr,
  kNot,
};

struct FilterLexeme {
  FilterToken token = FilterToken::kEnd;
  std::string text;   // the word, the quoted text, or the comparator
  size_t offset = 0;  // of its first byte in the expression
};

class FilterLexer {
 public:
  // `text` must outlive the lexer.
  explicit FilterLexer(std::string_view text) : text_(text) {}

  // The next lexeme where a term may start; keywords are told from words.
  // `values`: inside the parentheses of a value, where a word may hold ':' and '='.
  absl::StatusOr<FilterLexeme> NextTerm(bool values);
  // The next lexeme behind a comparator: a word may hold ':', '=' and '-'
  // ("v1:00ff", "a=b"), and keywords are plain words.
  absl::StatusOr<FilterLexeme> NextValue();

  // InvalidArgument "filter: column N: message". Columns count characters from 1.
  absl::Status ErrorAt(size_t offset, std::string_view message) const;

 private:
  void SkipBlanks();
  absl::StatusOr<FilterLexeme> Quoted();
  absl::StatusOr<FilterLexeme> Comparator();
  // The word from here up to a blank, a quote, a parenthesis, or one of `stops`.
  FilterLexeme Word(std::string_view stops);

  const std::string_view text_;
  size_t at_ = 0;
};

}  // namespace faultline::query
