#include "ingest/rule_field_index.h"

#include <algorithm>

namespace faultline::ingest {
namespace {

// The condition whose attribute finds the rule: the first that needs a value.
const RuleCondition* Finder(const RuleSpec& spec) {
  const auto found = std::find_if(spec.when.begin(), spec.when.end(), [](const RuleCondition& condition) {
    return condition.decoded && std::all_of(condition.globs.begin(), condition.globs.end(), [](std::string_view glob) {
             return glob.find_first_not_of('*') != std::string_view::npos;
           });
  });
  return found == spec.when.end() ? nullptr : &*found;
}

}  // namespace

RuleFieldIndex::RuleFieldIndex(const std::vector<std::shared_ptr<const Rule>>& rules) {
  for (size_t i = 0; i < rules.size(); ++i) {
    const RuleSpec& spec = rules[i]->spec();
    const RuleCondition* const finder = spec.match.empty() ? Finder(spec) : nullptr;
    if (finder == nullptr) continue;
    const std::string_view name = finder->field.name;
    rules_of_[name].push_back(static_cast<int>(i));
    sizes_ |= uint64_t{1} << (name.size() & 63);
    first_bytes_ |= uint64_t{1} << (static_cast<uint8_t>(name[0]) & 63);
  }
}

int RuleFieldIndex::Best(const LogRecord& record, const std::vector<std::shared_ptr<const Rule>>& rules,
                         int bound) const {
  if (rules_of_.empty()) return bound;
  for (const auto& [name, value] : record.attributes) {
    if (!MayKnow(name)) continue;
    const auto found = rules_of_.find(name);
    if (found == rules_of_.end()) continue;
    for (const int i : found->second) {
      if (bound >= 0 && i >= bound) break;
      if (!rules[static_cast<size_t>(i)]->Fits(record)) continue;
      bound = i;
      break;
    }
  }
  return bound;
}

void RuleFieldIndex::AddCandidates(const LogRecord& record, std::vector<int>& found) const {
  for (const auto& [name, value] : record.attributes) {
    const auto rules = rules_of_.find(name);
    if (rules != rules_of_.end()) found.insert(found.end(), rules->second.begin(), rules->second.end());
  }
}

}  // namespace faultline::ingest
