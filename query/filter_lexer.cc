#include "query/filter_lexer.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace faultline::query {
namespace {

constexpr std::string_view kComparatorBytes = "=!<>:";

FilterToken KeywordOf(std::string_view word) {
  const absl::string_view text(word.data(), word.size());
  if (absl::EqualsIgnoreCase(text, "AND")) return FilterToken::kAnd;
  if (absl::EqualsIgnoreCase(text, "OR")) return FilterToken::kOr;
  if (absl::EqualsIgnoreCase(text, "NOT")) return FilterToken::kNot;
  return FilterToken::kWord;
}

}  // namespace

absl::Status FilterLexer::ErrorAt(size_t offset, std::string_view message) const {
  size_t column = 1;
  for (size_t i = 0; i < offset && i < text_.size(); ++i) {
    if ((static_cast<unsigned char>(text_[i]) & 0xc0) != 0x80) ++column;
  }
  return absl::InvalidArgumentError(absl::StrCat("filter: column ", column, ": ", std::string(message)));
}

void FilterLexer::SkipBlanks() {
  while (at_ < text_.size() && absl::ascii_isspace(static_cast<unsigned char>(text_[at_]))) ++at_;
}

absl::StatusOr<FilterLexeme> FilterLexer::NextTerm(bool values) {
  SkipBlanks();
  if (at_ == text_.size()) return FilterLexeme{FilterToken::kEnd, "", at_};
  const char c = text_[at_];
  if (c == '(') return FilterLexeme{FilterToken::kOpen, "(", at_++};
  if (c == ')') return FilterLexeme{FilterToken::kClose, ")", at_++};
  if (c == '-') return FilterLexeme{FilterToken::kMinus, "-", at_++};
  if (c == '"' || c == '\'') return Quoted();
  if (!values && kComparatorBytes.find(c) != std::string_view::npos) return Comparator();
  FilterLexeme word = Word(values ? "" : kComparatorBytes);
  if (word.text == "&&") return ErrorAt(word.offset, "\"&&\" is no operator, did you mean AND?");
  if (word.text == "||") return ErrorAt(word.offset, "\"||\" is no operator, did you mean OR?");
  word.token = KeywordOf(word.text);
  return word;
}

absl::StatusOr<FilterLexeme> FilterLexer::NextValue() {
  SkipBlanks();
  if (at_ == text_.size()) return FilterLexeme{FilterToken::kEnd, "", at_};
  const char c = text_[at_];
  if (c == '(') return FilterLexeme{FilterToken::kOpen, "(", at_++};
  if (c == ')') return FilterLexeme{FilterToken::kClose, ")", at_++};
  if (c == '"' || c == '\'') return Quoted();
  if (c == '=') return ErrorAt(at_, "a second \"=\", did you mean a single \"=\"?");
  return Word("");
}

FilterLexeme FilterLexer::Word(std::string_view stops) {
  FilterLexeme word{FilterToken::kWord, "", at_};
  while (at_ < text_.size()) {
    const char c = text_[at_];
    if (absl::ascii_isspace(static_cast<unsigned char>(c)) || c == '(' || c == ')' || c == '"' || c == '\'' ||
        stops.find(c) != std::string_view::npos) {
      break;
    }
    word.text.push_back(c);
    ++at_;
  }
  return word;
}

absl::StatusOr<FilterLexeme> FilterLexer::Comparator() {
  FilterLexeme sign{FilterToken::kComparator, std::string(1, text_[at_]), at_};
  ++at_;
  if (sign.text != "=" && sign.text != ":" && at_ < text_.size() && text_[at_] == '=') {
    sign.text += '=';
    ++at_;
  }
  if (sign.text == "!") return ErrorAt(sign.offset, "\"!\" alone is no comparator, did you mean != or NOT?");
  if (sign.text == "<" && at_ < text_.size() && text_[at_] == '>') {
    return ErrorAt(sign.offset, "\"<>\" is no comparator, did you mean !=?");
  }
  return sign;
}

absl::StatusOr<FilterLexeme> FilterLexer::Quoted() {
  FilterLexeme quoted{FilterToken::kQuoted, "", at_};
  const char quote = text_[at_++];
  while (at_ < text_.size() && text_[at_] != quote) {
    char c = text_[at_++];
    if (c != '\\') {
      quoted.text.push_back(c);
      continue;
    }
    if (at_ == text_.size()) break;
    c = text_[at_++];
    switch (c) {
      case 'n':
        quoted.text.push_back('\n');
        break;
      case 't':
        quoted.text.push_back('\t');
        break;
      case '"':
      case '\'':
        quoted.text.push_back(c);
        break;
      case '*':
      case '\\':
        quoted.text += {'\\', c};
        break;
      default:
        return ErrorAt(at_ - 2, R"(unknown escape; known are \" \' \\ \* \n \t)");
    }
  }
  if (at_ == text_.size()) return ErrorAt(quoted.offset, "the quoted text does not end");
  ++at_;
  return quoted;
}

}  // namespace faultline::query
