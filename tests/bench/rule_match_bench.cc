// Which of N rules match: our pass over a stream of lines, RE2::Set alone, and
// Hyperscan where its library is at hand (Debian: libhyperscan-dev). The lines
// are the same for all: nine of ten match no rule, one matches one.
#include <benchmark/benchmark.h>
#include <re2/set.h>

#include <string>
#include <vector>

#include "ingest/rules.h"
#ifdef FAULTLINE_HAVE_HYPERSCAN
#include <hs/hs.h>
#endif

namespace faultline::ingest {
namespace {

constexpr int kLines = 1'000;

// Of the kinds that packs hold: anchored heads, words in the middle, alternatives, classes.
std::string PatternOf(int i) {
  const std::string n = std::to_string(i);
  switch (i % 4) {
    case 0:
      return "component" + n + " could not renew lease [a-z0-9-]+ of shard \\d+";
    case 1:
      return "^\\[svc" + n + "\\] (?:read|write) of table_" + n + " failed with code \\d+";
    case 2:
      return "queue q" + n + " (?:is full|was dropped): \\d+ of \\d+ messages";
    default:
      return "handler_" + n + " timed out after \\d+ ms waiting for [\\w.]+";
  }
}

std::vector<std::string> Lines(int rules) {
  std::vector<std::string> lines;
  for (int i = 0; i < kLines; ++i) {
    const std::string n = std::to_string(i * 7919 % 100'000);
    if (i % 10 == 0) {
      const std::string rule = std::to_string(i / 10 * 4 % rules / 4 * 4);
      lines.push_back("component" + rule + " could not renew lease l-" + n +
                      " of shard 12: the holder answered too late");
    } else if (i % 3 == 0) {
      lines.push_back("write inbox cursor failed: queue full object 99c7187a" + n + " size 3195234 on chat-router-7");
    } else if (i % 3 == 1) {
      lines.push_back("message " + n + " accepted for 3 devices of conversation 77 after 12 ms in region eu-west");
    } else {
      lines.push_back("session " + n + " closed by peer: connection reset while reading frame header of stream 9");
    }
  }
  return lines;
}

// Runs `matches` on one line an iteration, after a pass over all that checks the answers and warms up.
template <typename Matches>
void RunLines(benchmark::State& state, const std::vector<std::string>& lines, Matches matches) {
  int matched = 0;
  for (const std::string& line : lines) matched += matches(line) ? 1 : 0;
  if (matched != kLines / 10) return state.SkipWithError("wrong matches");
  size_t next = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(matches(lines[next]));
    if (++next == lines.size()) next = 0;
  }
}

void BM_OurRules(benchmark::State& state) {
  const int rules = static_cast<int>(state.range(0));
  std::string yaml = "rules:\n";
  for (int i = 0; i < rules; ++i) yaml += "  - {name: r" + std::to_string(i) + ", match: '" + PatternOf(i) + "'}\n";
  std::vector<RuleError> errors;
  const auto set = RuleSet::Parse(yaml, "bench.yaml", errors);
  if (!errors.empty()) return state.SkipWithError("a rule is broken");
  Arena arena;
  LogRecord record;
  RuleMatch match;
  RunLines(state, Lines(rules), [&](const std::string& line) {
    arena.Reset();
    record.message = line;
    return set->Apply(record, arena, match);
  });
}
BENCHMARK(BM_OurRules)->Arg(12)->Arg(200)->Arg(500)->Arg(2000);

void BM_Re2Set(benchmark::State& state) {
  const int rules = static_cast<int>(state.range(0));
  RE2::Options options;
  options.set_max_mem(64 << 20);
  options.set_never_capture(true);
  RE2::Set set(options, RE2::UNANCHORED);
  for (int i = 0; i < rules; ++i) set.Add(PatternOf(i), nullptr);
  set.Compile();
  std::vector<int> found;
  RunLines(state, Lines(rules), [&](const std::string& line) { return set.Match(line, &found); });
}
BENCHMARK(BM_Re2Set)->Arg(12)->Arg(200)->Arg(500)->Arg(2000);

#ifdef FAULTLINE_HAVE_HYPERSCAN
int Count(unsigned int, unsigned long long, unsigned long long, unsigned int, void* context) {
  *static_cast<int*>(context) = 1;
  return 0;  // go on: all rules that match are wanted
}

void BM_Hyperscan(benchmark::State& state) {
  const int rules = static_cast<int>(state.range(0));
  std::vector<std::string> patterns;
  for (int i = 0; i < rules; ++i) patterns.push_back(PatternOf(i));
  std::vector<const char*> texts;
  for (const std::string& pattern : patterns) texts.push_back(pattern.c_str());
  const std::vector<unsigned int> flags(patterns.size(), HS_FLAG_SINGLEMATCH | HS_FLAG_UTF8);
  std::vector<unsigned int> ids(patterns.size());
  for (size_t i = 0; i < ids.size(); ++i) ids[i] = static_cast<unsigned int>(i);
  hs_database_t* database = nullptr;
  hs_compile_error_t* error = nullptr;
  hs_scratch_t* scratch = nullptr;
  if (hs_compile_multi(texts.data(), flags.data(), ids.data(), static_cast<unsigned int>(rules), HS_MODE_BLOCK, nullptr,
                       &database, &error) != HS_SUCCESS ||
      hs_alloc_scratch(database, &scratch) != HS_SUCCESS) {
    return state.SkipWithError("hyperscan does not compile");
  }
  RunLines(state, Lines(rules), [&](const std::string& line) {
    int any = 0;
    hs_scan(database, line.data(), static_cast<unsigned int>(line.size()), 0, scratch, Count, &any);
    return any != 0;
  });
  hs_free_scratch(scratch);
  hs_free_database(database);
}
BENCHMARK(BM_Hyperscan)->Arg(12)->Arg(200)->Arg(500)->Arg(2000);
#endif

}  // namespace
}  // namespace faultline::ingest
