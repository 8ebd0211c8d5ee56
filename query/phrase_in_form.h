// Whether messages of a known form hold a phrase, without the messages.
//
// A form is fixed text with holes of which only the groups of characters are known. The phrase is
// followed through it as through any text; a hole may hold whatever its groups allow. The states are the lengths of
// the phrase that may be matched so far, as the bits of a word (Baeza-Yates and Gonnet 1992, "A new approach to text
// searching"). Immutable and thread-safe.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "store/message_forms.h"

namespace faultline::query {

enum class PhraseAnswer {
  kNever,        // no message of the form holds it
  kAlways,       // its fixed text does
  kInParameter,  // only messages with a parameter, neither digits nor hex, that holds all of it
  kWithNumber,   // only messages with digits() as a number inside a word (store/word_numbers.h)
  kWithDigits,   // only messages with a parameter that holds all of digits()
  kSome,         // some may, some may not
};

class PhraseFinder {
 public:
  // `phrase` is not empty, and in small letters when `ignore_case` (of ASCII).
  PhraseFinder(std::string_view phrase, bool ignore_case);

  PhraseAnswer In(const store::MessageForms::Form& form) const;
  // The phrase's longest run of digits.
  std::string_view digits() const {
    return std::string_view(phrase_).substr(digits_begin_, digits_end_ - digits_begin_);
  }

 private:
  class Follower;
  // Holes that do not take all of digits(), to see whether others do.
  enum class Apart { kNowhere, kInWords, kEverywhere };
  bool IsFoundWith(Apart apart, const store::MessageForms::Form& form) const;
  void FindDigits();
  // Calls the follower with all characters and holes of `form`.
  static void Follow(const store::MessageForms::Form& form, Follower& follower);

  const std::string phrase_;
  const bool followed_;  // else it is too long, or has a character that stands for a hole
  // Bit k of a word: of the phrase's k-th character.
  std::array<uint64_t, 256> places_{};                   // by character: where it is that
  std::array<uint64_t, store::kGroups> group_places_{};  // by group of characters: where it is of that
  size_t digits_begin_ = 0, digits_end_ = 0;
};

}  // namespace faultline::query
