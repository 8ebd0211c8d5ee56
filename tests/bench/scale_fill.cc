// Fills a store with made events through the store's writer, without parsing, and settles it.
// A stream that the store knows goes on where it was: another one adds events. Prints one JSON object with the time,
// CPU time and size.
#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <string>

#include "base/status_macros.h"
#include "store/store.h"
#include "store/writer.h"
#include "tests/bench/scale_options.h"

namespace faultline::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int64_t kEventsBetweenReports = 5'000'000;

double SecondsSince(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

double CpuSeconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

absl::StatusOr<int64_t> Write(ScaleEvents& events, const std::string& stream, store::Writer& writer) {
  store::StreamPosition position;
  position.stream = stream;
  store::RecordOutcome outcome;
  outcome.stream = writer.AddStream(position);
  for (const auto& definition : events.Definitions()) writer.AddSignature(definition);
  ScaleBatch batch;
  int64_t made = 0;
  const auto start = Clock::now();
  while (events.Next(batch)) {
    outcome.offset = outcome.next_offset++;
    outcome.events = batch.events;
    outcome.attempts = batch.attempts;
    RETURN_IF_ERROR(writer.Add(outcome));
    const int64_t before = made / kEventsBetweenReports;
    made += static_cast<int64_t>(batch.events.size());
    if (made / kEventsBetweenReports == before) continue;
    std::fprintf(stderr, "%lld events, %.0f/s\n", static_cast<long long>(made),
                 static_cast<double>(made) / SecondsSince(start));
  }
  RETURN_IF_ERROR(writer.Close());
  return made;
}

absl::Status Fill(const ScaleOptions& options, const std::string& stream, const std::string& folder) {
  const auto start = Clock::now();
  store::StoreOptions store_options;
  store_options.path = folder;
  ASSIGN_OR_RETURN(const auto store, store::Store::Open(store_options));
  ASSIGN_OR_RETURN(const auto writer, store::Writer::Start({}, *store));
  ScaleEvents events(options);
  ASSIGN_OR_RETURN(const int64_t made, Write(events, stream, *writer));
  const double written_s = SecondsSince(start);
  RETURN_IF_ERROR(store->Settle());
  ASSIGN_OR_RETURN(const store::Store::Size size, store->MeasureSize());
  std::printf(
      "{\"events\": %lld, \"written_s\": %.1f, \"settled_s\": %.1f, \"cpu_s\": %.1f, \"bytes_per_event\": %.1f, "
      "\"segments\": %lld}\n",
      static_cast<long long>(made), written_s, SecondsSince(start), CpuSeconds(),
      static_cast<double>(size.disk_bytes) / static_cast<double>(made), static_cast<long long>(size.segments));
  return store->Close();
}

int Main(int argc, char** argv) {
  ScaleOptions options;
  std::string folder, stream = "file:scale";
  bool understood = argc % 2 == 1;
  for (int i = 1; i + 1 < argc && understood; i += 2) {
    if (std::string_view(argv[i]) == "--store") {
      folder = argv[i + 1];
    } else if (std::string_view(argv[i]) == "--stream") {
      stream = argv[i + 1];
    } else {
      understood = TakeScaleFlag(argv[i], argv[i + 1], options);
    }
  }
  if (!understood || folder.empty()) {
    std::fprintf(stderr, "usage: %s --store DIR [--stream NAME] %s\n", argv[0], kScaleFlags);
    return 2;
  }
  const absl::Status status = Fill(options, stream, folder);
  if (!status.ok()) std::fprintf(stderr, "%s\n", status.ToString().c_str());
  return status.ok() ? 0 : 1;
}

}  // namespace
}  // namespace faultline::bench

int main(int argc, char** argv) { return faultline::bench::Main(argc, argv); }
