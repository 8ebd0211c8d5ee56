// What rules cost, measured on the lines of their own tests.
//
// Times are CPU time of the calling thread, the least of several rounds, so
// that a busy machine does not change them much. Thread-safe.
#pragma once

#include <string>
#include <vector>

#include "ingest/rules.h"

namespace faultline::ingest {

struct RuleCost {
  std::string rule;
  std::string file;
  int line = 0;
  // Texts of at least three bytes, all in small letters, of which a message must hold some for the rule to
  // match. None: every message has to be searched for it.
  size_t atoms = 0;
  int groups = 0;         // the most of one of its patterns
  bool one_pass = false;  // all patterns that capture: at most four groups, and fast when measured
  double set_ns = 0;      // a pass over a line of the pack's tests with this rule alone
  double capture_ns = 0;  // all captures of one of its own lines; 0 without tests
};

// The pass over one line with all patterns, nanoseconds; 0 for a set without patterns or tests.
double MeasureSetNs(const RuleSet& rules);
// One entry for each rule with a pattern, in the order in which they win.
std::vector<RuleCost> MeasureRules(const RuleSet& rules);

}  // namespace faultline::ingest
