// One compiled rule. Immutable and thread-safe; shared between the sets that a
// reload makes, so that a rule whose new text is broken stays in force.
#pragma once

#include <re2/re2.h>

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/arena.h"
#include "ingest/log_record.h"
#include "ingest/rule_spec.h"
#include "ingest/rules.h"

namespace faultline::ingest {

class Rule {
 public:
  // Compiles `spec` and runs its tests against this rule alone. Null when the
  // pattern, a capture name or a test is wrong; `error` then says why.
  static std::shared_ptr<const Rule> Compile(RuleSpec spec, RuleError& error);
  // For Compile; use that.
  Rule(RuleSpec spec, std::unique_ptr<RE2> pattern);

  const RuleSpec& spec() const { return spec_; }
  const std::string& name() const { return spec_.name; }
  // Instructions of the compiled pattern, as a measure of its memory.
  int program_size() const { return pattern_->ProgramSize(); }

  // Whether the pattern occurs in `message`.
  bool Matches(std::string_view message) const;
  // Whether the rule's `when` holds for `record`.
  bool Fits(const LogRecord& record) const;
  // Writes captures and `set` into `record`, whose message must match.
  void Apply(LogRecord& record, Arena& arena, RuleMatch& match) const;

 private:
  struct Capture {
    int group;
    RuleField field;
    bool redact;
  };
  // A part of a fingerprint entry: literal, or the text of a group.
  struct Piece {
    std::string literal;
    int group = 0;  // 0 for a literal
  };

  std::string Prepare();
  std::string PrepareFingerprint(const std::string& entry);
  int GroupOf(const std::string& name) const;
  // `text`, a part of the message, with the spans of redacted groups replaced.
  std::string_view Redacted(std::string_view text, const re2::StringPiece* groups, Arena& arena) const;
  std::string_view FingerprintPart(const std::vector<Piece>& pieces, const re2::StringPiece* groups,
                                   Arena& arena) const;

  const RuleSpec spec_;
  const std::unique_ptr<const RE2> pattern_;
  std::vector<Capture> captures_;  // those with a name, by group
  std::vector<int> redacted_groups_;
  std::vector<std::vector<Piece>> fingerprint_;
};

// Runs the tests of `rule`. False, with the first difference in `error`, when
// one fails.
bool RunRuleTests(const Rule& rule, RuleError& error);

}  // namespace faultline::ingest
