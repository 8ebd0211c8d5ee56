// Learned templates: which masked messages are one kind of message, although
// they differ in words that the mask alone cannot know to vary (a user, a
// queue, a class).
//
// Version 1 of the algorithm, in rounds until nothing changes, at most 8:
//   Of all messages that are equal but for the word at one place, that word
//   varies when the messages have enough different words there:
//     4 of any kind; 2 where one is a name with dots (a host, a class);
//     16 where all are names in capitals (states); 100 at the start of the message;
//     2 where one of them is a hole already;
//     any number where each was found to vary behind the same word elsewhere.
//   Never varies: a key in front of '=' or ':', and a word without which no word is left.
// docs/signatures.md gives examples. What is learned is a function of the set
// of masked messages: not of their order, their numbers or the worker. It never
// touches a stored id, and is computed anew from the signatures that are there.
//
// Immutable and thread-safe.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "query/grouping/masked_set.h"
#include "query/grouping/template_words.h"

namespace faultline::query {

class LearnedTemplates {
 public:
  static constexpr int kVersion = 1;

  // Nothing learned: each normal form is its own template.
  LearnedTemplates() = default;
  static LearnedTemplates Learn(const MaskedSet& set);

  // The template of `masked` (of the set or not), store::kTemplateHole in place of what varies. Two messages are
  // one kind exactly when their templates are equal.
  std::string TemplateOf(std::string_view masked) const;

 private:
  // Places found to vary, as hashes of the place and of all other words.
  using Round = std::unordered_set<uint64_t>;

  TemplateWords Apply(TemplateWords words) const;

  std::vector<Round> rounds_;
  // The text to show, by what Apply() leaves; only where it says more.
  std::unordered_map<std::string, std::string> shown_;
};

}  // namespace faultline::query
