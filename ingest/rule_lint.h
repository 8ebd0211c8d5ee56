// What is doubtful in rules that work: no tests, lines that another rule takes
// away, patterns that are slow.
#pragma once

#include <string>
#include <vector>

#include "ingest/rule_cost.h"
#include "ingest/rules.h"

namespace faultline::ingest {

struct RuleFinding {
  std::string file;
  int line = 0;
  std::string rule;
  std::string text;  // what, and what to do about it
};

// Rules without a test, and rules whose test lines a rule of smaller order
// takes: all of them (the rule is shadowed) or some. In the order of the rules.
std::vector<RuleFinding> FindShadows(const RuleSet& rules);
// Of `costs`, those that make the pack slow, with the figure and a suggestion.
std::vector<RuleFinding> FindSlowRules(const std::vector<RuleCost>& costs);

}  // namespace faultline::ingest
