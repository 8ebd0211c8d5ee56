// One compiled rule. Immutable and thread-safe; shared between the sets that a
// reload makes, so that a rule whose new text is broken stays in force.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/arena.h"
#include "ingest/log_record.h"
#include "ingest/rule_pattern.h"
#include "ingest/rule_spec.h"
#include "ingest/rules.h"

namespace faultline::ingest {

class Rule {
 public:
  // Compiles `spec` and runs its tests against this rule alone. Null when a
  // pattern, a capture name or a test is wrong; `error` then says why.
  static std::shared_ptr<const Rule> Compile(RuleSpec spec, RuleError& error);
  // For Compile; use that.
  Rule(RuleSpec spec, std::unique_ptr<const RulePattern> pattern);

  const RuleSpec& spec() const { return spec_; }
  const std::string& name() const { return spec_.name; }
  // Instructions of the compiled patterns, as a measure of their memory.
  int program_size() const { return pattern_->program_size(); }

  // Whether the pattern occurs in `message`; always false for a rule that is
  // found by a field.
  bool Matches(std::string_view message) const { return pattern_->Matches(message); }
  // Whether the rule's `when` holds for `record`.
  bool Fits(const LogRecord& record) const;
  // Whether the message or parts of it are replaced when the rule is applied, so that it may not match what it left.
  bool ChangesMessage() const;
  // The fields that captures are written to, in the order of the pattern.
  std::vector<RuleField> CapturedFields() const;
  // Moves fields, then writes captures, `set` and the cases that hold into
  // `record`, which must match.
  void Apply(LogRecord& record, Arena& arena, RuleMatch& match) const;

 private:
  // A capture, or the part of a fingerprint entry or value that is one, by its
  // index among the pattern's names; -1 for a literal.
  struct Capture {
    RuleField field;
    bool redact = false;
  };
  struct Piece {
    std::string literal;
    int capture = -1;
  };
  struct Value {
    RuleField field;
    Piece piece;
  };
  struct Case {
    std::vector<RuleCondition> when;
    std::vector<Value> set;
  };
  // The captures of one message.
  struct Captured {
    const std::string_view* values;
    bool redact;  // whether any of them has to be taken out
  };

  std::string Prepare(int& line);
  std::string PrepareFingerprint(const std::string& entry);
  std::string PrepareValues(const std::vector<std::pair<RuleField, std::string>>& from, std::vector<Value>& to) const;
  std::string PrepareCase(const RuleCase& one);
  bool Gives(const RuleField& field) const;
  // `text`, a part of the message, with the spans of redacted captures replaced.
  std::string_view Redacted(std::string_view text, const Captured& captured, Arena& arena) const;
  std::string_view TextOf(const Piece& piece, const Captured& captured, Arena& arena) const;
  std::string_view FingerprintPart(const std::vector<Piece>& pieces, const Captured& captured, Arena& arena) const;
  void WriteCaptures(const Captured& captured, LogRecord& record, Arena& arena, RuleMatch& match) const;
  void WriteValues(const std::vector<Value>& values, const Captured& captured, bool overwrite, LogRecord& record,
                   Arena& arena, RuleMatch& match) const;
  void WriteCases(const Captured& captured, LogRecord& record, Arena& arena, RuleMatch& match) const;

  const RuleSpec spec_;
  const std::unique_ptr<const RulePattern> pattern_;
  std::vector<Capture> captures_;  // as the pattern's names
  std::vector<int> redacted_;      // indices into captures_
  std::vector<Value> set_;
  std::vector<Case> cases_;
  std::vector<std::vector<Piece>> fingerprint_;
};

// Runs the tests of `rule`. False, with the first difference in `error`, when
// one fails.
bool RunRuleTests(const Rule& rule, RuleError& error);

}  // namespace faultline::ingest
