#include "ingest/rule_pack.h"

#include <algorithm>

#include "ingest/template_rules.h"

namespace faultline::ingest {
namespace {

// RE2 uses it for the states that messages lead to, as they come.
constexpr int64_t kSetMemoryBytes = 64 << 20;

// Stands in the set for a rule without a pattern, so that indices stay the same.
constexpr std::string_view kNever = "[^\\x00-\\x{10FFFF}]";

std::unique_ptr<const RE2::Set> CompileSet(const std::vector<std::shared_ptr<const Rule>>& rules) {
  if (rules.empty()) return nullptr;
  RE2::Options options;
  options.set_log_errors(false);
  options.set_never_capture(true);
  options.set_max_mem(kSetMemoryBytes);
  auto set = std::make_unique<RE2::Set>(options, RE2::UNANCHORED);
  for (const auto& rule : rules) {
    const std::string_view pattern = rule->spec().match.empty() ? kNever : rule->spec().match;
    if (set->Add({pattern.data(), pattern.size()}, nullptr) < 0) return nullptr;
  }
  return set->Compile() ? std::move(set) : nullptr;
}

}  // namespace

RulePack::RulePack(std::vector<std::shared_ptr<const Rule>> rules)
    : rules_(std::move(rules)), set_(CompileSet(rules_)), prefilter_(RulePrefilter::Create(rules_)), by_field_(rules_) {
  for (const auto& rule : rules_) test_count_ += rule->spec().tests.size();
}

const std::vector<int>& RulePack::Candidates(std::string_view message, const MaskedMessage* masked) const {
  thread_local std::vector<int> found;
  found.clear();
  if (rules_.empty() || message.empty()) return found;
  if (prefilter_ != nullptr && masked != nullptr) {
    thread_local TemplateRules known;
    if (const std::vector<int>* const possible = known.Find(*prefilter_, *masked)) {
      for (const int i : *possible) {
        if (rules_[static_cast<size_t>(i)]->Matches(message)) found.push_back(i);
      }
      return found;
    }
  }
  RE2::Set::ErrorInfo error{};
  error.kind = RE2::Set::kNotCompiled;
  if (set_ != nullptr) {
    const re2::StringPiece text(message.data(), message.size());
    // Most messages match no rule: asking whether any does needs no memory. Behind one that did, the next mostly does
    // too.
    thread_local bool any_before = false;
    if (!any_before && !set_->Match(text, nullptr, &error) && error.kind == RE2::Set::kNoError) return found;
    any_before = set_->Match(text, &found, &error);
    if (any_before || error.kind == RE2::Set::kNoError) return found;
    found.clear();
  }
  // Out of memory for the set's states: the same answer, one rule after the other.
  for (size_t i = 0; i < rules_.size(); ++i) {
    if (rules_[i]->Matches(message)) found.push_back(static_cast<int>(i));
  }
  return found;
}

bool RulePack::Apply(LogRecord& record, Arena& arena, RuleMatch& match) const {
  int winner = -1;
  for (const int i : Candidates(record.message, match.masked)) {
    if ((winner < 0 || i < winner) && rules_[static_cast<size_t>(i)]->Fits(record)) winner = i;
  }
  winner = by_field_.Best(record, rules_, winner);
  if (winner < 0) return false;
  rules_[static_cast<size_t>(winner)]->Apply(record, arena, match);
  return true;
}

const Rule* RulePack::Find(std::string_view name) const {
  const auto found =
      std::find_if(rules_.begin(), rules_.end(), [name](const auto& rule) { return rule->name() == name; });
  return found == rules_.end() ? nullptr : found->get();
}

std::vector<std::string_view> RulePack::Matching(const LogRecord& record) const {
  std::vector<int> candidates = Candidates(record.message, nullptr);
  by_field_.AddCandidates(record, candidates);
  std::sort(candidates.begin(), candidates.end());
  std::vector<std::string_view> names;
  for (const int i : candidates) {
    const Rule& rule = *rules_[static_cast<size_t>(i)];
    if (rule.Fits(record)) names.push_back(rule.name());
  }
  return names;
}

}  // namespace faultline::ingest
