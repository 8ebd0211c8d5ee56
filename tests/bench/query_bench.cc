// What questions cost on a store that exists: FAULTLINE_BENCH_STORE=DIR query_bench
// The journey benchmark reports its own percentiles, as a mean hides the slow ones.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "base/allocator.h"
#include "query/count.h"
#include "query/event_proto.h"
#include "query/explain/difference_answer.h"
#include "query/journey.h"
#include "query/search.h"
#include "store/store.h"
#include "tests/testing/temp_dir.h"

namespace faultline::query {
namespace {

[[maybe_unused]] const bool kAsTheServer = (KeepFreedMemory(), true);

struct OpenedStore {
  testing::TempDir scratch;
  std::unique_ptr<store::Store> store;
  std::shared_ptr<const store::View> view;
};

// Null when there is no store to ask.
const OpenedStore* Opened() {
  static const std::unique_ptr<OpenedStore> opened = [] {
    auto made = std::make_unique<OpenedStore>();
    const char* path = std::getenv("FAULTLINE_BENCH_STORE");
    if (path == nullptr) return std::unique_ptr<OpenedStore>();
    store::StoreOptions options;
    options.path = path;
    auto store = store::Store::OpenSecondary(options, made->scratch / "log");
    if (!store.ok()) {
      std::fprintf(stderr, "%s\n", store.status().ToString().c_str());
      return std::unique_ptr<OpenedStore>();
    }
    made->store = *std::move(store);
    made->view = made->store->view();
    return made;
  }();
  return opened.get();
}

// Some message ids of every segment, in random order.
std::vector<std::string> SampleIds(const store::View& view) {
  std::vector<std::string> ids;
  for (const auto& segment : view.segments) {
    int seen = 0;
    const auto status = segment->ForEachId(store::IdKind::kMessage, [&](std::string_view id, auto) {
      if (seen++ % 997 == 0) ids.emplace_back(id);
    });
    if (!status.ok()) std::abort();
  }
  std::shuffle(ids.begin(), ids.end(), std::mt19937(1));
  return ids;
}

void SetCounts(benchmark::State& state, std::vector<double>& micros) {
  if (micros.empty()) return;
  std::sort(micros.begin(), micros.end());
  state.counters["p50_us"] = micros[micros.size() / 2];
  state.counters["p99_us"] = micros[micros.size() * 99 / 100];
}

// Times `ask` once for each iteration, or skips when there is no store.
template <typename Ask>
void Run(benchmark::State& state, const Ask& ask) {
  if (Opened() == nullptr) return state.SkipWithError("set FAULTLINE_BENCH_STORE to a store's folder");
  std::vector<double> micros;
  for (auto _ : state) {
    const auto start = std::chrono::steady_clock::now();
    if (!ask(*Opened()->view)) return state.SkipWithError("the question failed");
    micros.push_back(std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - start).count());
  }
  SetCounts(state, micros);
}

void BM_Journey(benchmark::State& state) {
  static const std::vector<std::string> ids =
      Opened() == nullptr ? std::vector<std::string>() : SampleIds(*Opened()->view);
  if (Opened() != nullptr && ids.empty()) return state.SkipWithError("no message ids in the store");
  size_t next = 0;
  Run(state, [&](const store::View& view) {
    JourneyQuestion question;
    question.id = ids[next++ % ids.size()];
    const auto journey = FindJourney(view, question, nullptr, {});
    return journey.ok() && !journey->events.empty();
  });
}

void BM_MinuteHistogramByService(benchmark::State& state) {
  Run(state, [](const store::View& view) {
    CountQuestion question;
    question.by = FieldReference{FieldReference::Kind::kDimension, store::Dimension::kService};
    question.step_us = 60'000'000;
    return Count(view, question, {}).ok();
  });
}

void BM_CountBySignature(benchmark::State& state) {
  Run(state, [](const store::View& view) {
    CountQuestion question;
    question.by = FieldReference{FieldReference::Kind::kSignature, store::Dimension::kService};
    return Count(view, question, {}).ok();
  });
}

void BM_SearchLatestErrorsOfOneService(benchmark::State& state) {
  const Filter filter = *Filter::Parse("service = gateway AND severity >= ERROR", nullptr);
  Run(state, [&](const store::View& view) {
    SearchQuestion question;
    question.filter = filter;
    const auto page = Search(view, question, {});
    return page.ok() && ReadPlaces(view, page->places).ok();
  });
}

void BM_CountPhrase(benchmark::State& state) {
  const Filter filter = *Filter::Parse("\"timed out\"", nullptr);
  Run(state, [&](const store::View& view) {
    CountQuestion question;
    question.filter = filter;
    return Count(view, question, {}).ok();
  });
}

// The second half of the store's time against the first, by ten dimensions.
void BM_ExplainByTenDimensions(benchmark::State& state) {
  Run(state, [](const store::View& view) {
    int64_t first = INT64_MAX, last = INT64_MIN;
    for (const auto& segment : view.segments) {
      first = std::min(first, segment->min_time_us());
      last = std::max(last, segment->max_time_us());
    }
    v1::ExplainDifferenceRequest request;
    for (const char* name :
         {"signature", "service", "region", "app_version", "host", "version", "os", "code", "carrier", "exception"}) {
      request.add_dimensions(name);
    }
    request.set_measure(v1::ExplainDifferenceRequest::MEASURE_EVENTS);
    const int64_t middle = first / 2 + last / 2;
    *request.mutable_baseline_range()->mutable_start() = ToTimestamp(first);
    *request.mutable_baseline_range()->mutable_end() = ToTimestamp(middle);
    *request.mutable_range()->mutable_start() = ToTimestamp(middle);
    *request.mutable_range()->mutable_end() = ToTimestamp(last + 1);
    v1::ExplainDifferenceResponse response;
    const DecisionLog decisions(Opened()->store->options());
    const OverlaidStore overlaid(*Opened()->store, decisions);
    const absl::Status status =
        AnswerDifference({overlaid, nullptr, Opened()->view, {}, decisions.overlay()}, request, response);
    if (!status.ok()) std::fprintf(stderr, "%s\n", status.ToString().c_str());
    return status.ok() && response.explanations_size() > 0;
  });
}

BENCHMARK(BM_Journey)->Unit(benchmark::kMicrosecond);
BENCHMARK(BM_MinuteHistogramByService)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_CountBySignature)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_SearchLatestErrorsOfOneService)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_ExplainByTenDimensions)->Unit(benchmark::kMillisecond);
BENCHMARK(BM_CountPhrase)->Unit(benchmark::kMillisecond)->Iterations(3);

}  // namespace
}  // namespace faultline::query
