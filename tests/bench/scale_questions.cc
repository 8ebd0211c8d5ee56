// Asks a large store what people ask, in process, and prints one JSON object a question: p50 and p99 of wall time in
// ms, the same of CPU time (which other work on the machine disturbs less), and the memory of the process afterwards.
// `first_ms` is the first time, with what that reads.
//
// usage: scale_questions STORE [PART]     PART: only questions with this in their name
#include <time.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "base/allocator.h"
#include "query/correlator.h"
#include "query/count.h"
#include "query/journey.h"
#include "store/store.h"

namespace faultline::query {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int64_t kHourMicros = 3'600'000'000, kMinuteMicros = 60'000'000;

double MillisSince(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

double CpuMillis() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

// A line of /proc/self/status, in MB.
double MemoryMegabytes(const std::string& key) {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;) {
    double kilobytes = 0;
    if (word == key + ":" && status >> kilobytes) return kilobytes / 1024;
  }
  return 0;
}

[[noreturn]] void Fail(const std::string& what) {
  std::fprintf(stderr, "%s\n", what.c_str());
  std::exit(1);
}

std::string asked_part;  // of argv

// Times `ask(i)` for i = 0, 1, …; the first apart. It returns false on a wrong answer.
void Measure(const char* name, size_t times, const std::function<bool(size_t)>& ask) {
  if (std::string(name).find(asked_part) == std::string::npos) return;
  std::vector<double> wall, cpu;
  double first = 0, first_cpu = 0;
  for (size_t i = 0; i <= times; ++i) {
    const auto start = Clock::now();
    const double cpu_start = CpuMillis();
    if (!ask(i)) Fail(std::string(name) + ": the question failed");
    const double took = MillisSince(start);
    if (i == 0) {
      first = took;
      first_cpu = CpuMillis() - cpu_start;
      continue;
    }
    wall.push_back(took);
    cpu.push_back(CpuMillis() - cpu_start);
  }
  std::sort(wall.begin(), wall.end());
  std::sort(cpu.begin(), cpu.end());
  std::printf(
      "{\"question\": \"%s\", \"first_ms\": %.3f, \"first_cpu_ms\": %.3f, \"p50_ms\": %.3f, \"p99_ms\": %.3f, "
      "\"cpu_p50_ms\": %.3f, \"cpu_p99_ms\": %.3f, \"times\": "
      "%zu, "
      "\"rss_mb\": %.0f, \"peak_rss_mb\": %.0f}\n",
      name, first, first_cpu, wall[wall.size() / 2], wall[wall.size() * 99 / 100], cpu[cpu.size() / 2],
      cpu[cpu.size() * 99 / 100], times, MemoryMegabytes("VmRSS"), MemoryMegabytes("VmHWM"));
  std::fflush(stdout);
}

// Message ids of all segments, in random order.
std::vector<std::string> SampleIds(const store::View& view) {
  std::vector<std::string> ids;
  for (size_t i = 0; i < view.segments.size(); i += 1 + view.segments.size() / 200) {
    int seen = 0;
    const auto status = view.segments[i]->ForEachId(store::IdKind::kMessage, [&](std::string_view id, auto) {
      if (seen++ % 1999 == 0) ids.emplace_back(id);
    });
    if (!status.ok()) Fail(status.ToString());
  }
  std::shuffle(ids.begin(), ids.end(), std::mt19937(1));
  return ids;
}

void AskJourneys(const store::View& view) {
  const std::vector<std::string> ids = SampleIds(view);
  if (ids.empty()) Fail("no message ids in the store");
  const auto find = [&view](const std::string& id, bool present) {
    JourneyQuestion question;
    question.id = id;
    const auto journey = FindJourney(view, question, nullptr, {});
    return journey.ok() && journey->events.empty() != present;
  };
  Measure("journey of one id", 2'000, [&](size_t i) { return find(ids[i % ids.size()], true); });
  Measure("journey of an absent id", 2'000, [&](size_t i) {
    std::string id = ids[i % ids.size()];
    std::reverse(id.begin(), id.end());
    return find(id, false);
  });
}

void AskCounts(const store::View& view, const store::TimeRange& hour) {
  Measure("lines by signature, 1 h", 300, [&](size_t i) {
    CountQuestion question;
    question.by = FieldReference{FieldReference::Kind::kSignature, store::Dimension::kService};
    const auto shift = static_cast<int64_t>(i) * kMinuteMicros / 7;
    question.range = {hour.start_us + shift, hour.end_us + shift};
    return Count(view, question, {}).ok();
  });
  Measure("histogram of everything by hour and service", 100, [&](size_t) {
    CountQuestion question;
    question.by = FieldReference{FieldReference::Kind::kDimension, store::Dimension::kService};
    question.step_us = kHourMicros;
    return Count(view, question, {}).ok();
  });
  Measure("histogram of everything by minute and service", 20, [&](size_t) {
    CountQuestion question;
    question.by = FieldReference{FieldReference::Kind::kDimension, store::Dimension::kService};
    question.step_us = kMinuteMicros;
    return Count(view, question, {}).ok();
  });
  const Filter phrase = *Filter::Parse("\"lock wait timeout\"", nullptr);
  Measure("count a phrase, 1 h", 20, [&](size_t i) {
    CountQuestion question;
    question.filter = phrase;
    const auto shift = static_cast<int64_t>(i) * kMinuteMicros / 7;
    question.range = {hour.start_us + shift, hour.end_us + shift};
    return Count(view, question, {}).ok();
  });
}

// A filter for each, most lines first.
std::vector<Filter> ClientSignatures(Correlator& correlator, const store::TimeRange& hour) {
  const auto signatures = correlator.ListSignatures(hour, Filter(), {});
  if (!signatures.ok()) Fail(signatures.status().ToString());
  std::vector<Filter> filters;
  for (const auto& row : signatures->signatures()) {
    if (row.side() == "CLIENT") filters.push_back(*Filter::Parse("signature = \"" + row.signature() + "\"", nullptr));
  }
  if (filters.empty()) Fail("no client signatures in the hour");
  return filters;
}

void AskAboutSignatures(Correlator& correlator, const store::TimeRange& hour) {
  std::vector<Filter> clients;  // read with the first question
  const auto client = [&](size_t i) {
    if (clients.empty()) clients = ClientSignatures(correlator, hour);
    return clients[i % clients.size()];
  };
  const auto correlate = [&](const store::TimeRange& range, size_t i) {
    Correlator::Question question;
    question.range = range;
    question.client_filter = client(i);
    const auto response = correlator.Correlate(question, {});
    return response.ok() && !response->completeness().partial();
  };
  Measure("correlate one signature, 1 h", 1'000, [&](size_t i) { return correlate(hour, i); });
  Measure("correlate one signature, 1 h, another each time", 50, [&](size_t i) {
    const auto shift = static_cast<int64_t>(i % 50) * 1'000'000;
    return correlate({hour.start_us + shift, hour.end_us + shift}, i);
  });
  Measure("coverage of one signature, 1 h", 50, [&](size_t i) {
    Correlator::CoverageQuestion question;
    question.range = hour;
    question.filter = client(i);
    return correlator.Cover(question, {}).ok();
  });
  Measure("contradictions of one signature, 1 h", 20, [&](size_t i) {
    Correlator::ContradictionQuestion question;
    question.range = hour;
    question.client_filter = client(i);
    return correlator.Contradict(question, {}).ok();
  });
}

void AskPairs(const store::Store& store, const store::TimeRange& hour) {
  const auto correlator = Correlator::Create({}, store);
  Measure("signatures, 1 h", 5, [&](size_t) {
    const auto signatures = correlator->ListSignatures(hour, Filter(), {});
    return signatures.ok() && !signatures->completeness().partial();
  });
  AskAboutSignatures(*correlator, hour);
}

int Main(const char* path) {
  const auto start = Clock::now();
  store::StoreOptions options;
  options.path = path;
  auto store = store::Store::Open(options);
  if (!store.ok()) Fail(store.status().ToString());
  const auto view = (*store)->view();
  int64_t first = INT64_MAX, events = 0;
  for (const auto& segment : view->segments) {
    first = std::min(first, segment->min_time_us());
    events += segment->size();
  }
  std::printf("{\"opened_ms\": %.1f, \"events\": %lld, \"segments\": %zu, \"rss_mb\": %.0f}\n", MillisSince(start),
              static_cast<long long>(events), view->segments.size(), MemoryMegabytes("VmRSS"));
  std::fflush(stdout);
  // Off the edges of hours, and in the middle of a long store.
  const int64_t middle = first + std::max<int64_t>(kHourMicros / 4, (view->segments.back()->max_time_us() - first) / 2);
  const store::TimeRange hour = {middle + 7 * kMinuteMicros, middle + 7 * kMinuteMicros + kHourMicros};
  AskJourneys(*view);
  AskCounts(*view, hour);
  AskPairs(**store, hour);
  const absl::Status status = (*store)->Close();
  return status.ok() ? 0 : 1;
}

}  // namespace
}  // namespace faultline::query

int main(int argc, char** argv) {
  faultline::KeepFreedMemory();
  if (argc == 3) faultline::query::asked_part = argv[2];
  if (argc == 2 || argc == 3) return faultline::query::Main(argv[1]);
  std::fprintf(stderr, "usage: %s STORE [PART]\n", argv[0]);
  return 2;
}
