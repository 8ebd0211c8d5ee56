// One pass over a 90-byte message by the number of rules, beside what RE2::Set
// alone needs for the same patterns.
#include <benchmark/benchmark.h>
#include <re2/set.h>

#include <string>
#include <vector>

#include "ingest/rules.h"
#include "ingest/signature.h"

namespace faultline::ingest {
namespace {

constexpr std::string_view kMiss =
    "write inbox cursor failed: queue full object 99c7187a7a3611c9 size 3195234 on chat-router-7";
constexpr std::string_view kHit =
    "component7 could not renew lease l-4711 of shard 12: the holder answered with code 409 too late";

std::string PatternOf(int i) {
  return "component" + std::to_string(i) + " could not renew lease (?P<lease>\\S+) of shard (?P<shard>\\d+)";
}

std::shared_ptr<const RuleSet> SetOf(int rules) {
  std::string yaml = "rules:\n";
  for (int i = 0; i < rules; ++i) {
    yaml += "  - {name: r" + std::to_string(i) + ", match: '" + PatternOf(i) + "', set: {severity: error}}\n";
  }
  std::vector<RuleError> errors;
  return RuleSet::Parse(yaml, "bench.yaml", errors);
}

// With `by_template` as the pipeline does, which masks every message for its
// signature anyway: that is signature_bench's figure and not part of this one.
void Run(benchmark::State& state, const RuleSet& rules, std::string_view message, bool by_template = false) {
  Arena masks, arena;
  LogRecord record;
  RuleMatch match;
  const MaskedMessage masked = MaskMessage(message, masks);
  if (by_template) match.masked = &masked;
  for (auto _ : state) {
    arena.Reset();
    record.attributes.clear();
    record.message = message;
    benchmark::DoNotOptimize(rules.Apply(record, arena, match));
  }
}

void BM_Miss(benchmark::State& state) { Run(state, *SetOf(static_cast<int>(state.range(0))), kMiss); }
BENCHMARK(BM_Miss)->Arg(10)->Arg(100)->Arg(200)->Arg(500)->Arg(2000);

void BM_MissByTemplate(benchmark::State& state) { Run(state, *SetOf(static_cast<int>(state.range(0))), kMiss, true); }
BENCHMARK(BM_MissByTemplate)->Arg(10)->Arg(100)->Arg(200)->Arg(500)->Arg(2000);

void BM_HitByTemplate(benchmark::State& state) { Run(state, *SetOf(static_cast<int>(state.range(0))), kHit, true); }
BENCHMARK(BM_HitByTemplate)->Arg(10)->Arg(100)->Arg(200)->Arg(500)->Arg(2000);

// A template that is new with every message, as in a flood: what looking for it costs in vain.
void BM_NewTemplates(benchmark::State& state) {
  const auto rules = SetOf(static_cast<int>(state.range(0)));
  std::vector<std::string> messages;
  for (int i = 0; i < 26 * 26 * 26; ++i) {
    const char word[] = {static_cast<char>('g' + i % 20), static_cast<char>('a' + i / 20 % 26),
                         static_cast<char>('a' + i / 520 % 26), 'z', '\0'};
    messages.push_back(std::string(kMiss) + word);
  }
  Arena arena;
  LogRecord record;
  RuleMatch match;
  size_t i = 0;
  for (auto _ : state) {
    arena.Reset();
    record.message = messages[i++ % messages.size()];
    const MaskedMessage masked{record.message, {}};
    match.masked = &masked;
    benchmark::DoNotOptimize(rules->Apply(record, arena, match));
  }
}
BENCHMARK(BM_NewTemplates)->Arg(200);

void BM_Hit(benchmark::State& state) { Run(state, *SetOf(static_cast<int>(state.range(0))), kHit); }
BENCHMARK(BM_Hit)->Arg(10)->Arg(100)->Arg(200)->Arg(500)->Arg(2000);

void BM_SetAlone(benchmark::State& state) {
  RE2::Options options;
  options.set_max_mem(64 << 20);
  RE2::Set set(options, RE2::UNANCHORED);
  for (int i = 0; i < state.range(0); ++i) set.Add(PatternOf(i), nullptr);
  set.Compile();
  std::vector<int> found;
  for (auto _ : state) benchmark::DoNotOptimize(set.Match({kMiss.data(), kMiss.size()}, &found));
}
BENCHMARK(BM_SetAlone)->Arg(10)->Arg(100)->Arg(200)->Arg(500)->Arg(2000);

void RunPack(benchmark::State& state, const std::string& path, bool by_template = false) {
  std::vector<RuleError> errors;
  const auto rules = RuleSet::Load({std::string(FAULTLINE_SOURCE_DIR) + path}, errors);
  if (!rules.ok() || !errors.empty()) return state.SkipWithError("the pack is broken");
  Run(state, **rules, kMiss, by_template);
}

// The pack of the load figure.
void BM_HundredRulesMiss(benchmark::State& state) { RunPack(state, "/tests/bench/rules_100.yaml"); }
BENCHMARK(BM_HundredRulesMiss);

void BM_ShippedRulesMissByTemplate(benchmark::State& state) { RunPack(state, "/deploy/rules", true); }
BENCHMARK(BM_ShippedRulesMissByTemplate);

void BM_ShippedRulesMiss(benchmark::State& state) { RunPack(state, "/deploy/rules"); }
BENCHMARK(BM_ShippedRulesMiss);

}  // namespace
}  // namespace faultline::ingest
