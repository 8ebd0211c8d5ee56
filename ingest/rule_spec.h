// A rule as its file writes it, before anything is compiled.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ingest/rule_field.h"
#include "ingest/rules.h"

namespace faultline::ingest {

// Limits of one rule file and one rule. What is larger is refused.
inline constexpr size_t kMaxRuleFileBytes = 1 << 20;
inline constexpr size_t kMaxRules = 5'000;  // of the whole pack
inline constexpr size_t kMaxPatternBytes = 4'096;
inline constexpr size_t kMaxRuleSteps = 32;  // patterns of `then`
inline constexpr size_t kMaxTestsPerRule = 100;
inline constexpr int kDefaultRuleOrder = 1'000;

struct RuleTest {
  int line = 0;                                           // of the file
  std::string text;                                       // the message, or the record
  bool is_record = false;                                 // `text` is what comes over the wire, to be decoded first
  std::vector<std::pair<RuleField, std::string>> with;    // fields the record has before
  std::vector<std::pair<RuleField, std::string>> expect;  // and after
  bool no_match = false;
};

// One condition: the field fits one of the globs.
struct RuleCondition {
  RuleField field;
  std::vector<std::string> globs;
  int line = 0;
  bool decoded = false;  // from `fields`: an attribute by the name that the record gave it
};

// A further pattern behind the one that finds the rule.
struct RuleStep {
  std::string pattern;
  int line = 0;
  bool is_alternative = false;     // tried only where the step before it did not match
  std::optional<RuleField> field;  // looked at in the place of the message
};

// Gives what the record has as `from` to `to`, and takes it away there.
struct RuleMove {
  RuleField to;
  RuleField from;
};

// What to set where conditions hold after the captures.
struct RuleCase {
  std::vector<RuleCondition> when;
  std::vector<std::pair<RuleField, std::string>> set;
  int line = 0;
};

struct RuleSpec {
  std::string file;
  int line = 0;        // where the rule begins
  int match_line = 0;  // where its pattern is
  std::string name;
  int order = kDefaultRuleOrder;
  std::string match;  // empty: found by the fields that `when` names
  std::vector<RuleStep> then;
  std::vector<RuleCondition> when;
  std::vector<RuleMove> move;
  std::vector<std::pair<RuleField, std::string>> set;
  std::vector<RuleCase> cases;
  std::vector<std::string> fingerprint;  // literals and ${capture}, mixed
  std::vector<std::string> redact;       // names of captures
  bool overwrite = false;
  std::vector<RuleTest> tests;
};

struct RuleFile {
  std::vector<RuleSpec> rules;    // those that could be read, in the order of the file
  std::vector<RuleError> errors;  // with the names of those that could not, where they have one
  bool readable = true;           // false when nothing of the file could be read
};

// Reads the text of a rule file. Never throws.
RuleFile ReadRuleFile(std::string_view yaml, std::string_view file_name);

}  // namespace faultline::ingest
