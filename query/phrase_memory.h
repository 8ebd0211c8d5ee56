// What the messages of each signature answer to a phrase, segment by segment.
//
// The forms of messages are mostly those of the segment before, so what they answered is remembered: to follow a phrase
// through a thousand forms takes longer than everything else that counting it does. Thread-safe.
#pragma once

#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "base/mutex.h"
#include "query/phrase_in_form.h"
#include "store/message_forms.h"

namespace faultline::query {

class PhraseMemory {
 public:
  // As PhraseFinder's.
  PhraseMemory(std::string_view phrase, bool ignore_case) : finder_(phrase, ignore_case) {}

  std::string_view digits() const { return finder_.digits(); }
  // By signature code: one answer for all messages of the signature.
  std::vector<PhraseAnswer> AnswersOf(const store::MessageForms& forms);

 private:
  PhraseAnswer In(const store::MessageForms::Form& form) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);

  const PhraseFinder finder_;
  Mutex mu_;
  absl::flat_hash_map<uint64_t, PhraseAnswer> known_ ABSL_GUARDED_BY(mu_);  // by fingerprint of the form
};

}  // namespace faultline::query
