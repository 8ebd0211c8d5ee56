// Rules as data: YAML files of RE2 patterns that turn text into fields
// (docs/rules.md has the file format).
//
// All patterns are matched in one RE2::Set pass over the message; of the rules
// that match, the one with the smallest `order` (then file and place in it)
// wins, and only its captures are run. A RuleSet is immutable and thread-safe.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/arena.h"
#include "ingest/log_record.h"

namespace faultline::ingest {

struct MaskedMessage;
class Rule;

// Why a rule was refused. The other rules of the pack stay in force.
struct RuleError {
  std::string file;
  int line = 0;      // 1-based; 0 where there is none
  std::string rule;  // its name, may be empty
  std::string reason;
};

// What the winning rule says of one record.
struct RuleMatch {
  // Asks for captures as they are, also those that the rule redacts: for
  // showing one record to who has it already, never for what is stored.
  bool show_private = false;
  // MaskMessage() of the record's message where it is at hand, which spares most
  // messages the regular expressions; null asks them all.
  const MaskedMessage* masked = nullptr;
  std::string_view rule;  // its name; lives as long as the RuleSet
  store::Outcome outcome = store::Outcome::kFailure;
  // So many attributes came with the record; those behind are the rule's.
  size_t decoded_attributes = 0;
  // Values of the rule's `fingerprint` list, captures filled in; in the arena.
  std::vector<std::string_view> fingerprint;
  // Captures as (name, text), for `rules explain`.
  std::vector<std::pair<std::string_view, std::string_view>> captures;
};

class RuleSet {
 public:
  virtual ~RuleSet() = default;

  // Loads every *.yaml of `paths` (files or folders, in this order) and runs
  // their inline tests. Broken rules are left out and described in `errors`.
  // Errors: NotFound for a path that does not exist.
  static absl::StatusOr<std::shared_ptr<const RuleSet>> Load(const std::vector<std::string>& paths,
                                                             std::vector<RuleError>& errors);
  // As Load, but where a rule or a whole file is broken now and `previous` (made
  // here, may be null) has a working version of it, that one stays in force.
  static absl::StatusOr<std::shared_ptr<const RuleSet>> Reload(const std::vector<std::string>& paths,
                                                               const RuleSet* previous, std::vector<RuleError>& errors);
  // The same for one file's text, for tests and fuzzing.
  static std::shared_ptr<const RuleSet> Parse(std::string_view yaml, std::string_view file_name,
                                              std::vector<RuleError>& errors);

  // Finds the winner for `record` and writes its fields into the record: what
  // a capture or the rule sets wins over what was decoded only where the rule
  // says `overwrite: true`; otherwise it fills what is empty. What a case sets
  // always wins. The message is replaced when the rule captures `message`.
  // False when no rule matches; `match` is then as it was.
  virtual bool Apply(LogRecord& record, Arena& arena, RuleMatch& match) const = 0;
  // Names of all rules that match `record`, the winner first.
  virtual std::vector<std::string_view> Matching(const LogRecord& record) const = 0;

  // The rule of that name; null when there is none. Lives as long as the set.
  virtual const Rule* Find(std::string_view name) const = 0;

  virtual size_t size() const = 0;
  // Inline tests that were run, all of which passed for the rules in force.
  virtual size_t test_count() const = 0;
};

}  // namespace faultline::ingest
