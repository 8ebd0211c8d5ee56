// Proposes rules from sample lines: lines of the same form make one rule, whose
// captures are named by what they look like.
#pragma once

#include <string>
#include <vector>

namespace faultline::ingest {

struct SuggestOptions {
  size_t max_lines = 20'000;  // later ones are not looked at
  size_t max_rules = 20;      // the most frequent forms
};

struct Suggestion {
  std::string yaml;  // a rule file that loads without errors; empty when there is nothing to propose
  size_t rules = 0;
  size_t lines = 0;    // that were looked at
  size_t covered = 0;  // of them, those that a proposed rule matches
};

// `messages` are messages after decoding and redaction, as rules see them.
// Every proposed rule is anchored, has tests from the samples, and was loaded
// and tested. The same messages give the same text.
Suggestion SuggestRules(const std::vector<std::string>& messages, const SuggestOptions& options);

}  // namespace faultline::ingest
