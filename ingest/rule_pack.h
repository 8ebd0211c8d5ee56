// The rules of a set in force, and the one pass that finds the winner.
#pragma once

#include <re2/set.h>

#include <memory>
#include <string_view>
#include <vector>

#include "ingest/rule.h"
#include "ingest/rule_field_index.h"
#include "ingest/rule_prefilter.h"
#include "ingest/rules.h"

namespace faultline::ingest {

class RulePack final : public RuleSet {
 public:
  // `rules` in the order in which they win.
  explicit RulePack(std::vector<std::shared_ptr<const Rule>> rules);

  bool Apply(LogRecord& record, Arena& arena, RuleMatch& match) const override;
  std::vector<std::string_view> Matching(const LogRecord& record) const override;
  const Rule* Find(std::string_view name) const override;
  size_t size() const override { return rules_.size(); }
  size_t test_count() const override { return test_count_; }

  const std::vector<std::shared_ptr<const Rule>>& rules() const { return rules_; }

 private:
  // Indices into rules_ of those whose pattern occurs in `message`, in no
  // order. The vector belongs to the calling thread until its next call. With
  // `masked`, only those that can match its template are tried.
  const std::vector<int>& Candidates(std::string_view message, const MaskedMessage* masked) const;

  const std::vector<std::shared_ptr<const Rule>> rules_;
  std::unique_ptr<const RE2::Set> set_;                   // null when there are no rules, or too large for one pass
  const std::unique_ptr<const RulePrefilter> prefilter_;  // null when it would not help
  const RuleFieldIndex by_field_;
  size_t test_count_ = 0;
};

}  // namespace faultline::ingest
