#include "deploy/cli/diagnosis.h"

#include <algorithm>
#include <cstdlib>

#include "deploy/rule_budget.h"
#include "deploy/rule_error_text.h"
#include "fmt/format.h"
#include "ingest/rule_lint.h"

namespace faultline::deploy {
namespace {

constexpr int64_t kClockWarnUs = 1'000'000;
constexpr int64_t kClockFailUs = 60'000'000;

std::string SecondsText(int64_t us) { return fmt::format("{:.1f} s", static_cast<double>(us) / 1e6); }

}  // namespace

bool Findings::Has(std::string_view state) const {
  return std::any_of(diagnosis_.checks().begin(), diagnosis_.checks().end(),
                     [state](const faultline::v1::Check& check) { return check.state() == state; });
}

void Findings::Add(std::string_view name, std::string_view state, std::string_view finding, std::string_view advice) {
  faultline::v1::Check& check = *diagnosis_.add_checks();
  check.set_name(std::string(name));
  check.set_state(std::string(state));
  check.set_finding(std::string(finding));
  check.set_advice(std::string(advice));
}

void DiagnoseClock(std::string_view name, int64_t ahead_us, int64_t tolerance_us, Findings& findings) {
  const std::string check = fmt::format("clock of {}", name);
  const int64_t off = std::max<int64_t>(0, std::abs(ahead_us) - tolerance_us);
  if (off <= kClockWarnUs) {
    findings.Ok(check, fmt::format("within {} of ours", SecondsText(kClockWarnUs + tolerance_us)));
    return;
  }
  const std::string finding =
      fmt::format("{} {} ours", SecondsText(std::abs(ahead_us)), ahead_us > 0 ? "ahead of" : "behind");
  const std::string advice =
      "let NTP set both machines' clocks (`timedatectl`); times of events are corrected by sessions, not by this";
  off > kClockFailUs ? findings.Fail(check, finding, advice) : findings.Warn(check, finding, advice);
}

void DiagnoseRules(const std::vector<std::string>& paths, int64_t max_set_ns, Findings& findings) {
  if (paths.empty()) {
    findings.Skip("rules", "none are configured",
                  "pass --rules, or set rules.paths: without rules messages are told apart by templates alone");
    return;
  }
  std::vector<ingest::RuleError> errors;
  const absl::StatusOr<std::shared_ptr<const ingest::RuleSet>> rules = ingest::RuleSet::Load(paths, errors);
  if (!rules.ok()) {
    findings.Fail("rules", std::string(rules.status().message()), "correct the path");
    return;
  }
  for (const ingest::RuleError& error : errors) {
    findings.Fail("rule", DescribeRuleError(error), "correct it; until then the rule is left out");
  }
  const double set_ns = ingest::MeasureSetNs(**rules);
  if (const absl::Status within = CheckRuleBudget(set_ns, max_set_ns); !within.ok()) {
    findings.Fail("rules' cost", std::string(within.message()), "all rules are refused together while this is so");
  }
  const size_t doubtful = ingest::FindShadows(**rules).size();
  const std::string finding = fmt::format("{} rules in force, {} tests pass, {:.0f} ns a line", (*rules)->size(),
                                          (*rules)->test_count(), set_ns);
  if (doubtful == 0) {
    findings.Ok("rules", finding);
  } else {
    findings.Warn("rules", fmt::format("{}; {} doubtful", finding, doubtful),
                  "`faultline rules lint` says which and why");
  }
}

}  // namespace faultline::deploy
