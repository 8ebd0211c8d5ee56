#include "ingest/rule_lint.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "ingest/decoder.h"
#include "ingest/rule_pack.h"

namespace faultline::ingest {
namespace {

constexpr int kOnePassGroups = 4;
// A rule that alone costs so many times what the median rule does.
constexpr double kSlowFactor = 3;
constexpr double kSlowCaptureNs = 3'000;

struct Shadow {
  size_t lines = 0;  // that the rule must match
  size_t taken = 0;
  const RuleTest* first = nullptr;
  std::string by;
};

// Decodes and fills the record of a test. False when there is none.
bool MakeRecord(const RuleTest& test, Decoder& decoder, Decoded& decoded, Arena& arena, LogRecord& record) {
  if (test.is_record) {
    decoder.Decode(test.text, {}, arena, decoded);
    if (decoded.records.empty()) return false;
    record = decoded.records.front();
    record.set_dimension(store::Dimension::kFormat, FormatName(decoded.format));
  } else {
    record.message = test.text;
  }
  RuleMatch ignored;
  for (const auto& [field, value] : test.with) WriteField(field, value, /*overwrite=*/true, record, ignored);
  return true;
}

Shadow FindShadow(const RulePack& pack, const RuleSpec& spec, Decoder& decoder) {
  Shadow shadow;
  for (const RuleTest& test : spec.tests) {
    if (test.no_match) continue;
    Arena arena;
    Decoded decoded;
    LogRecord record;
    if (!MakeRecord(test, decoder, decoded, arena, record)) continue;
    ++shadow.lines;
    const std::vector<std::string_view> names = pack.Matching(record);
    if (names.empty() || names.front() == spec.name) continue;
    if (shadow.taken++ == 0) {
      shadow.first = &test;
      shadow.by = std::string(names.front());
    }
  }
  return shadow;
}

std::string Place(const RulePack& pack, const std::string& name) {
  for (const auto& rule : pack.rules()) {
    if (rule->name() == name) return absl::StrCat(rule->spec().file, ":", rule->spec().line);
  }
  return "";
}

std::string Short(const std::string& line) {
  constexpr size_t kShown = 120;
  return line.size() <= kShown ? line : line.substr(0, kShown) + "…";
}

}  // namespace

std::vector<RuleFinding> FindShadows(const RuleSet& rules) {
  std::vector<RuleFinding> findings;
  const auto* const pack = dynamic_cast<const RulePack*>(&rules);
  if (pack == nullptr) return findings;
  const std::unique_ptr<Decoder> decoder = Decoder::Create({});
  for (const auto& rule : pack->rules()) {
    const RuleSpec& spec = rule->spec();
    const Shadow shadow = FindShadow(*pack, spec, *decoder);
    if (shadow.lines == 0) {
      findings.push_back({spec.file, spec.line, spec.name, "has no test with a line that it matches; add one"});
    } else if (shadow.taken > 0) {
      findings.push_back(
          {spec.file, shadow.first->line, spec.name,
           absl::StrCat(shadow.taken == shadow.lines ? "is shadowed: all its test lines are" : "some test lines are",
                        " taken by rule ", shadow.by, " (", Place(*pack, shadow.by),
                        "), which comes first; give this one a smaller order or the other a narrower pattern. Line: ",
                        Short(shadow.first->text))});
    }
  }
  return findings;
}

std::vector<RuleFinding> FindSlowRules(const std::vector<RuleCost>& costs) {
  std::vector<RuleFinding> findings;
  std::vector<double> set_times;
  for (const RuleCost& cost : costs) set_times.push_back(cost.set_ns);
  const auto middle = set_times.begin() + static_cast<std::ptrdiff_t>(set_times.size() / 2);
  std::nth_element(set_times.begin(), middle, set_times.end());
  const double median = set_times.empty() ? 0 : *middle;
  for (const RuleCost& cost : costs) {
    const auto add = [&](std::string text) { findings.push_back({cost.file, cost.line, cost.rule, std::move(text)}); };
    if (cost.atoms == 0) {
      add("has no fixed text of three bytes, so every message is searched for it; add words that its lines always "
          "hold");
    }
    if (cost.set_ns > kSlowFactor * median) {
      add(absl::StrCat("alone costs ", static_cast<int>(cost.set_ns), " ns a line, the median rule ",
                       static_cast<int>(median), "; begin the pattern with ^, or put narrower classes in place of .*"));
    }
    if (cost.groups > kOnePassGroups) {
      add(absl::StrCat("a pattern has ", cost.groups, " groups, and RE2 is fast up to ", kOnePassGroups,
                       "; go on in `then`, or write (?:…)"));
    } else if (cost.capture_ns > kSlowCaptureNs && !cost.one_pass) {
      add(absl::StrCat("captures cost ", static_cast<int>(cost.capture_ns),
                       " ns a line; begin steps with ^ and replace .* by classes that end at the next fixed byte"));
    }
  }
  return findings;
}

}  // namespace faultline::ingest
