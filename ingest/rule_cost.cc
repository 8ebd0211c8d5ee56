#include "ingest/rule_cost.h"

#include <re2/filtered_re2.h>
#include <re2/set.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <memory>

#include "ingest/rule_pack.h"

namespace faultline::ingest {
namespace {

constexpr int kRounds = 5;
constexpr int64_t kMinRoundNs = 200'000;
constexpr int64_t kSetMemoryBytes = 64 << 20;
constexpr int kMinAtomBytes = 3;
constexpr int kOnePassGroups = 4;
// One pass costs 1 to 4 ns a byte, RE2's other engines that capture 10 and more.
constexpr double kOnePassNsPerByte = 7;
constexpr double kOnePassNsPerPattern = 250;

int64_t ThreadNs() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

// The least time of one call of `run`, nanoseconds.
template <typename Run>
double Measure(const Run& run) {
  run();  // RE2 builds its states as texts come
  double least = 0;
  for (int round = 0; round < kRounds; ++round) {
    int64_t calls = 0;
    const int64_t start = ThreadNs();
    int64_t spent = 0;
    do {
      run();
      ++calls;
      spent = ThreadNs() - start;
    } while (spent < kMinRoundNs);
    const double one = static_cast<double>(spent) / static_cast<double>(calls);
    least = round == 0 ? one : std::min(least, one);
  }
  return least;
}

std::vector<std::string> TestLines(const RulePack& pack) {
  std::vector<std::string> lines;
  for (const auto& rule : pack.rules()) {
    for (const RuleTest& test : rule->spec().tests) {
      if (!test.is_record) lines.push_back(test.text);
    }
  }
  return lines;
}

// Nanoseconds a line.
double SetNs(const std::vector<const Rule*>& rules, const std::vector<std::string>& lines) {
  RE2::Options options;
  options.set_log_errors(false);
  options.set_never_capture(true);
  options.set_max_mem(kSetMemoryBytes);
  RE2::Set set(options, RE2::UNANCHORED);
  for (const Rule* rule : rules) set.Add(rule->spec().match, nullptr);
  if (rules.empty() || lines.empty() || !set.Compile()) return 0;
  const double all = Measure([&] {
    for (const std::string& line : lines) set.Match(line, nullptr);
  });
  return all / static_cast<double>(lines.size());
}

size_t AtomsOf(const std::string& pattern) {
  re2::FilteredRE2 filter(kMinAtomBytes);
  RE2::Options options;
  options.set_log_errors(false);
  int id = 0;
  std::vector<std::string> atoms;
  if (filter.Add(pattern, options, &id) != RE2::NoError) return 0;
  filter.Compile(&atoms);
  return atoms.size();
}

int MostGroups(const RuleSpec& spec) {
  int most = RE2(spec.match, RE2::Quiet).NumberOfCapturingGroups();
  for (const RuleStep& step : spec.then) {
    most = std::max(most, RE2(step.pattern, RE2::Quiet).NumberOfCapturingGroups());
  }
  return most;
}

void MeasureCaptures(const Rule& rule, RuleCost& cost) {
  RuleError ignored;
  const auto pattern = RulePattern::Compile(rule.spec(), ignored);
  double per_line = 0;
  double bytes = 0;
  size_t lines = 0;
  for (const RuleTest& test : rule.spec().tests) {
    if (test.no_match || test.is_record || pattern == nullptr) continue;
    LogRecord record;
    record.message = test.text;
    std::array<std::string_view, kMaxRuleCaptures> values;
    per_line += Measure([&] { pattern->Capture(record, values.data()); });
    bytes += static_cast<double>(test.text.size());
    ++lines;
  }
  if (lines == 0) return;
  cost.capture_ns = per_line / static_cast<double>(lines);
  const auto patterns = static_cast<double>(rule.spec().then.size() + 1);
  const double allowed = kOnePassNsPerByte * bytes / static_cast<double>(lines) + kOnePassNsPerPattern * patterns;
  cost.one_pass = cost.groups <= kOnePassGroups && cost.capture_ns <= allowed;
}

}  // namespace

double MeasureSetNs(const RuleSet& rules) {
  const auto* const pack = dynamic_cast<const RulePack*>(&rules);
  if (pack == nullptr) return 0;
  std::vector<const Rule*> all;
  for (const auto& rule : pack->rules()) {
    if (!rule->spec().match.empty()) all.push_back(rule.get());
  }
  return SetNs(all, TestLines(*pack));
}

std::vector<RuleCost> MeasureRules(const RuleSet& rules) {
  std::vector<RuleCost> costs;
  const auto* const pack = dynamic_cast<const RulePack*>(&rules);
  if (pack == nullptr) return costs;
  const std::vector<std::string> lines = TestLines(*pack);
  for (const auto& rule : pack->rules()) {
    const RuleSpec& spec = rule->spec();
    if (spec.match.empty()) continue;
    RuleCost cost;
    cost.rule = spec.name;
    cost.file = spec.file;
    cost.line = spec.match_line;
    cost.atoms = AtomsOf(spec.match);
    cost.groups = MostGroups(spec);
    cost.set_ns = SetNs({rule.get()}, lines);
    MeasureCaptures(*rule, cost);
    costs.push_back(std::move(cost));
  }
  return costs;
}

}  // namespace faultline::ingest
