// Whether messages of a known form hold a phrase, without the messages.
//
// A form is fixed text with holes of which only the kinds of characters are known. The phrase is
// followed through it as through any text; a hole may hold whatever its kinds allow (as a
// nondeterministic automaton whose states are the lengths of the phrase that are matched so far: Baeza-Yates and
// Gonnet 1992, "A new approach to text searching"). Pure.
#pragma once

#include <string_view>

#include "store/message_forms.h"

namespace faultline::query {

enum class PhraseAnswer {
  kNever,        // no message of the form holds it
  kAlways,       // its fixed text does
  kInParameter,  // only messages with a parameter, neither digits nor hex, that holds all of it
  kSome,         // some may, some may not
};

// `phrase` is not empty, and in small letters when `ignore_case` (of ASCII).
PhraseAnswer FindPhrase(const store::MessageForms::Form& form, std::string_view phrase, bool ignore_case);

}  // namespace faultline::query
