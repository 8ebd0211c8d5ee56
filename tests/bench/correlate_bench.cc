// What correlation costs on a store that exists: FAULTLINE_BENCH_STORE=DIR correlate_bench
// Percentiles are of wall time; on a busy machine compare the CPU time instead.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <memory>
#include <string>
#include <vector>

#include "base/allocator.h"
#include "query/correlator.h"
#include "store/store.h"
#include "tests/testing/temp_dir.h"

namespace faultline::query {
namespace {

[[maybe_unused]] const bool kAsTheServer = (KeepFreedMemory(), true);

constexpr int64_t kHourMicros = 3'600'000'000;

struct OpenedStore {
  testing::TempDir scratch;
  std::unique_ptr<store::Store> store;
  std::unique_ptr<Correlator> correlator;
  std::vector<Filter> client_signatures;  // as filters, most lines first
  store::TimeRange hour;                  // the last but a few minutes
  int64_t events = 0;
};

bool Prepare(const char* path, OpenedStore& opened) {
  store::StoreOptions options;
  options.path = path;
  auto store = store::Store::OpenSecondary(options, opened.scratch / "log");
  if (!store.ok()) return false;
  opened.store = *std::move(store);
  opened.correlator = Correlator::Create({}, *opened.store);
  const auto signatures = opened.correlator->ListSignatures({}, Filter(), {});
  if (!signatures.ok()) return false;
  for (const auto& signature : signatures->signatures()) {
    if (signature.side() != "CLIENT") continue;
    auto filter = Filter::Parse("signature = \"" + signature.signature() + "\"", nullptr);
    if (!filter.ok()) return false;
    opened.client_signatures.push_back(*filter);
  }
  int64_t first = INT64_MAX;
  for (const auto& segment : opened.store->view()->segments) {
    first = std::min(first, segment->min_time_us());
    opened.events += segment->size();
  }
  opened.hour = {first + kHourMicros / 4, first + kHourMicros / 4 + kHourMicros};
  return !opened.client_signatures.empty();
}

// Null when there is no store to ask.
OpenedStore* Opened() {
  static const std::unique_ptr<OpenedStore> opened = [] {
    const char* path = std::getenv("FAULTLINE_BENCH_STORE");
    auto made = std::make_unique<OpenedStore>();
    if (path == nullptr || !Prepare(path, *made)) made.reset();
    return made;
  }();
  return opened.get();
}

double CpuMicros() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
}

void SetPercentiles(benchmark::State& state, const std::string& name, std::vector<double>& micros) {
  if (micros.empty()) return;
  std::sort(micros.begin(), micros.end());
  state.counters[name + "_p50_us"] = micros[micros.size() / 2];
  state.counters[name + "_p99_us"] = micros[micros.size() * 99 / 100];
}

// Times `ask(opened, i)` for iterations i = 0, 1, …
template <typename Ask>
void Run(benchmark::State& state, const Ask& ask) {
  if (Opened() == nullptr) return state.SkipWithError("set FAULTLINE_BENCH_STORE to the folder of a store with pairs");
  std::vector<double> wall, cpu;
  size_t i = 0;
  for (auto _ : state) {
    const auto start = std::chrono::steady_clock::now();
    const double cpu_start = CpuMicros();
    if (!ask(*Opened(), i++)) return state.SkipWithError("the question failed");
    cpu.push_back(CpuMicros() - cpu_start);
    wall.push_back(std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - start).count());
  }
  SetPercentiles(state, "wall", wall);
  SetPercentiles(state, "cpu", cpu);
  state.counters["events"] = static_cast<double>(Opened()->events);
}

void FirstQuestion(benchmark::State& state) {
  Run(state, [](const OpenedStore& opened, size_t) {
    const auto correlator = Correlator::Create({}, *opened.store);
    return correlator->Correlate({}, {}).ok();
  });
}
BENCHMARK(FirstQuestion)->Unit(benchmark::kMillisecond)->Iterations(3);

void AllPairs(benchmark::State& state) {
  Run(state, [](const OpenedStore& opened, size_t) { return opened.correlator->Correlate({}, {}).ok(); });
}
BENCHMARK(AllPairs)->Unit(benchmark::kMillisecond)->Iterations(10);

// The same window each time, as somebody asks who looks around in it.
void OneClientSignatureOneHour(benchmark::State& state) {
  Run(state, [](const OpenedStore& opened, size_t i) {
    Correlator::Question question;
    question.range = opened.hour;
    question.client_filter = opened.client_signatures[i % opened.client_signatures.size()];
    return opened.correlator->Correlate(question, {}).ok();
  });
}
BENCHMARK(OneClientSignatureOneHour)->Unit(benchmark::kMillisecond)->Iterations(110);

// The window moves with every question, so that nothing kept of the one before
// helps: what a question about "the last hour" costs each time.
void OneClientSignatureAnotherHour(benchmark::State& state) {
  Run(state, [](const OpenedStore& opened, size_t i) {
    const int64_t shift = static_cast<int64_t>(i % 1000) * 1'000'000;
    Correlator::Question question;
    question.range = {opened.hour.start_us + shift, opened.hour.end_us + shift};
    question.client_filter = opened.client_signatures[i % opened.client_signatures.size()];
    return opened.correlator->Correlate(question, {}).ok();
  });
}
BENCHMARK(OneClientSignatureAnotherHour)->Unit(benchmark::kMillisecond)->Iterations(110);

void Signatures(benchmark::State& state) {
  Run(state,
      [](const OpenedStore& opened, size_t) { return opened.correlator->ListSignatures({}, Filter(), {}).ok(); });
}
BENCHMARK(Signatures)->Unit(benchmark::kMillisecond)->Iterations(10);

}  // namespace
}  // namespace faultline::query
