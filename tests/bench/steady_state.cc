// Writes made events as fast as the store takes them, in segments that have to be merged, with retention dropping a
// bucket at a time by the time of the events, while one thread asks questions. Prints one JSON object a minute: what
// was written, what the store holds, how far its upkeep is behind, and how long answers took.
//
// usage: steady_state --store DIR [--minutes 30] [--day-events 50000000] [--segment-events 16384]
//   24 hours of events are kept, which are --day-events; so many segments of --segment-events are merged as fit into
//   one
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/allocator.h"
#include "base/mutex.h"
#include "query/count.h"
#include "query/journey.h"
#include "store/store.h"
#include "store/writer.h"
#include "tests/bench/scale_events.h"

namespace faultline::bench {
namespace {

using Clock = std::chrono::steady_clock;
using query::CountQuestion;
using query::FieldReference;

constexpr int64_t kHourMicros = 3'600'000'000;
constexpr auto kBetweenQuestions = std::chrono::milliseconds(20);

struct Settings {
  std::string folder;
  int64_t minutes = 30;
  uint64_t day_events = 50'000'000;
  uint32_t segment_events = 16'384;
};

[[noreturn]] void Fail(const std::string& what) {
  std::fprintf(stderr, "%s\n", what.c_str());
  std::exit(1);
}

int64_t MemoryMegabytes() {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;) {
    int64_t kilobytes = 0;
    if (word == "VmRSS:" && status >> kilobytes) return kilobytes / 1024;
  }
  return 0;
}

// Milliseconds by question, of the minute at hand.
class Answers {
 public:
  void Add(const std::string& question, double ms) {
    const MutexLock lock(mu_);
    took_[question].push_back(ms);
  }
  // As JSON, and starts again.
  std::string Take() {
    const MutexLock lock(mu_);
    std::string text;
    for (auto& [question, took] : took_) {
      std::sort(took.begin(), took.end());
      char one[160];
      std::snprintf(one, sizeof one, ", \"%s\": {\"asked\": %zu, \"p50_ms\": %.2f, \"p99_ms\": %.2f}", question.c_str(),
                    took.size(), took[took.size() / 2], took[took.size() * 99 / 100]);
      text += one;
    }
    took_.clear();
    return text;
  }

 private:
  Mutex mu_;
  std::map<std::string, std::vector<double>> took_ ABSL_GUARDED_BY(mu_);
};

struct Shared {
  std::atomic<int64_t> events{0};
  std::atomic<int64_t> now_us{0};  // the latest event's time
  std::atomic<bool> stop{false};
  Answers answers;
};

ScaleOptions EventsOf(const Settings& settings) {
  ScaleOptions options;
  constexpr uint64_t kDays = 10'000;  // more than will be reached
  options.events = settings.day_events * kDays;
  options.span_us = static_cast<int64_t>(kDays) * 24 * kHourMicros;
  return options;
}

void Write(const Settings& settings, store::Store& store, Shared& shared) {
  store::WriterOptions writer_options;
  writer_options.max_segment_events = settings.segment_events;
  const auto writer = store::Writer::Start(writer_options, store);
  if (!writer.ok()) Fail(writer.status().ToString());
  ScaleEvents events(EventsOf(settings));
  store::StreamPosition position;
  position.stream = "file:steady";
  store::RecordOutcome outcome;
  outcome.stream = (*writer)->AddStream(position);
  for (const auto& definition : events.Definitions()) (*writer)->AddSignature(definition);
  for (ScaleBatch batch; !shared.stop && events.Next(batch);) {
    outcome.offset = outcome.next_offset++;
    outcome.events = batch.events;
    outcome.attempts = batch.attempts;
    if (const absl::Status status = (*writer)->Add(outcome); !status.ok()) Fail(status.ToString());
    shared.events += static_cast<int64_t>(batch.events.size());
    shared.now_us = std::max(shared.now_us.load(), batch.events.back().time_us);
  }
  if (const absl::Status status = (*writer)->Close(); !status.ok()) Fail(status.ToString());
}

// An id of a message somewhere in the store.
std::string SomeId(const store::View& view, uint64_t random) {
  std::string id;
  if (view.segments.empty()) return id;
  const store::Segment& segment = *view.segments[random % view.segments.size()];
  const auto status = segment.ForEachId(store::IdKind::kMessage, [&](std::string_view one, auto) {
    if (id.empty() || random++ % 97 == 0) id = one;
  });
  return status.ok() ? id : "";
}

void AskOnce(const store::View& view, uint64_t number, int64_t now_us, Answers& answers) {
  const auto timed = [&](const char* name, const auto& ask) {
    const auto start = Clock::now();
    if (!ask().ok()) Fail(std::string(name) + ": the question failed");
    answers.Add(name, std::chrono::duration<double, std::milli>(Clock::now() - start).count());
  };
  if (const std::string id = SomeId(view, number * 2654435761u); !id.empty()) {
    query::JourneyQuestion journey;
    journey.id = id;
    timed("journey", [&] { return FindJourney(view, journey, nullptr, {}).status(); });
  }
  CountQuestion count;
  if (number % 4 == 1) {
    count.by = FieldReference{FieldReference::Kind::kSignature, store::Dimension::kService};
    count.range = {now_us - kHourMicros, now_us};
    timed("lines by signature, 1 h", [&] { return Count(view, count, {}).status(); });
  } else if (number % 4 == 3) {
    count.by = FieldReference{FieldReference::Kind::kDimension, store::Dimension::kService};
    count.step_us = kHourMicros;
    timed("histogram of 24 h by service", [&] { return Count(view, count, {}).status(); });
  }
}

void Ask(const store::Store& store, Shared& shared) {
  for (uint64_t number = 0; !shared.stop; ++number) {
    std::this_thread::sleep_for(kBetweenQuestions);
    AskOnce(*store.view(), number, shared.now_us, shared.answers);
  }
}

void Report(int64_t minute, int64_t events, double seconds, const store::Store& store, Shared& shared) {
  const auto size = store.MeasureSize();
  if (!size.ok()) Fail(size.status().ToString());
  int64_t small = 0, oldest_us = INT64_MAX;
  for (const auto& segment : store.view()->segments) {
    small += segment->size() < store::kMaxSegmentEvents / 2 ? 1 : 0;
    oldest_us = std::min(oldest_us, segment->min_time_us());
  }
  std::printf(
      "{\"minute\": %lld, \"events_per_s\": %.0f, \"kept_events\": %lld, \"kept_hours\": %.1f, \"segments\": %lld, "
      "\"small_segments\": %lld, \"disk_mb\": %lld, \"rss_mb\": %lld%s}\n",
      static_cast<long long>(minute), static_cast<double>(events) / seconds, static_cast<long long>(size->events),
      static_cast<double>(shared.now_us - oldest_us) / static_cast<double>(kHourMicros),
      static_cast<long long>(size->segments), static_cast<long long>(small),
      static_cast<long long>(size->disk_bytes >> 20), static_cast<long long>(MemoryMegabytes()),
      shared.answers.Take().c_str());
  std::fflush(stdout);
}

int Run(const Settings& settings) {
  Shared shared;
  shared.now_us = ScaleOptions().start_us;
  store::StoreOptions options;
  options.path = settings.folder;
  options.retention_hours = 24;
  options.now = [&shared] { return shared.now_us.load(); };
  const auto store = store::Store::Open(options);
  if (!store.ok()) Fail(store.status().ToString());
  std::thread writing([&] { Write(settings, **store, shared); });
  std::thread asking([&] { Ask(**store, shared); });
  for (int64_t minute = 1; minute <= settings.minutes; ++minute) {
    const int64_t before = shared.events;
    const auto start = Clock::now();
    std::this_thread::sleep_for(std::chrono::minutes(1));
    Report(minute, shared.events - before, std::chrono::duration<double>(Clock::now() - start).count(), **store,
           shared);
  }
  shared.stop = true;
  writing.join();
  asking.join();
  const absl::Status status = (*store)->Close();
  if (!status.ok()) Fail(status.ToString());
  return 0;
}

}  // namespace
}  // namespace faultline::bench

int main(int argc, char** argv) {
  faultline::KeepFreedMemory();
  faultline::bench::Settings settings;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string_view flag = argv[i];
    if (flag == "--store") settings.folder = argv[i + 1];
    if (flag == "--minutes") settings.minutes = std::atoll(argv[i + 1]);
    if (flag == "--day-events") settings.day_events = static_cast<uint64_t>(std::atoll(argv[i + 1]));
    if (flag == "--segment-events") settings.segment_events = static_cast<uint32_t>(std::atoll(argv[i + 1]));
  }
  if (!settings.folder.empty()) return faultline::bench::Run(settings);
  std::fprintf(stderr, "usage: %s --store DIR [--minutes N] [--day-events N] [--segment-events N]\n", argv[0]);
  return 2;
}
