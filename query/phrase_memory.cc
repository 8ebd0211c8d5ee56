#include "query/phrase_memory.h"

#include <cstdint>
#include <optional>

namespace faultline::query {
namespace {

constexpr size_t kMaxKnown = 100'000;  // forms, some 20 bytes each

// One answer for messages of both forms.
PhraseAnswer Combined(PhraseAnswer a, PhraseAnswer b) {
  if (a == b) return a;
  const auto is_one = [&](PhraseAnswer answer) { return a == answer || b == answer; };
  if (is_one(PhraseAnswer::kSome) || is_one(PhraseAnswer::kAlways)) return PhraseAnswer::kSome;
  if (is_one(PhraseAnswer::kNever)) return a == PhraseAnswer::kNever ? b : a;
  // A parameter that holds the phrase holds its digits, and so does a number inside a word.
  return PhraseAnswer::kWithDigits;
}

}  // namespace

std::vector<PhraseAnswer> PhraseMemory::AnswersOf(const store::MessageForms& forms) {
  const MutexLock lock(mu_);
  // Of those that messages have; most texts of a segment are no message's.
  std::vector<std::optional<PhraseAnswer>> by_form(forms.forms.size());
  std::vector<PhraseAnswer> by_signature;
  by_signature.reserve(forms.signatures.size());
  for (const store::MessageForms::OfSignature& signature : forms.signatures) {
    std::optional<PhraseAnswer> answer;
    for (const uint16_t code : signature.forms) {
      if (!by_form[code]) by_form[code] = In(forms.forms[code]);
      answer = answer ? Combined(*answer, *by_form[code]) : *by_form[code];
    }
    by_signature.push_back(signature.free_text || !answer ? PhraseAnswer::kSome : *answer);
  }
  return by_signature;
}

PhraseAnswer PhraseMemory::In(const store::MessageForms::Form& form) {
  const auto known = known_.find(form.fingerprint);
  if (known != known_.end()) return known->second;
  const PhraseAnswer answer = finder_.In(form);
  if (known_.size() < kMaxKnown) known_.emplace(form.fingerprint, answer);
  return answer;
}

}  // namespace faultline::query
