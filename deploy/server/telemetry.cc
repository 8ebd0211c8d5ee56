#include "deploy/server/telemetry.h"

#include <prometheus/text_serializer.h>
#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <utility>

#include "base/build_version.h"
#include "base/timestamp.h"

namespace faultline::deploy {
namespace {

using Labels = std::vector<prometheus::ClientMetric::Label>;

constexpr double kMicro = 1e-6;

class Families {
 public:
  void Add(prometheus::MetricType type, const std::string& name, const std::string& help, Labels labels, double value) {
    if (families_.empty() || families_.back().name != name) families_.push_back({name, help, type, {}});
    prometheus::ClientMetric metric;
    metric.label = std::move(labels);
    (type == prometheus::MetricType::Counter ? metric.counter.value : metric.gauge.value) = value;
    families_.back().metric.push_back(std::move(metric));
  }
  void Counter(const std::string& name, const std::string& help, Labels labels, int64_t value) {
    Add(prometheus::MetricType::Counter, name, help, std::move(labels), static_cast<double>(value));
  }
  // A counter of time.
  void Seconds(const std::string& name, const std::string& help, Labels labels, double value) {
    Add(prometheus::MetricType::Counter, name, help, std::move(labels), value);
  }
  void Gauge(const std::string& name, const std::string& help, Labels labels, double value) {
    Add(prometheus::MetricType::Gauge, name, help, std::move(labels), value);
  }
  std::vector<prometheus::MetricFamily>& families() { return families_; }

 private:
  std::vector<prometheus::MetricFamily> families_;
};

// "kafka:logs.client/3" -> topic logs.client, partition 3; a file is its label.
Labels StreamLabels(const store::StreamPosition& position) {
  const std::string_view stream = position.stream;
  const size_t slash = stream.rfind('/');
  if (constexpr std::string_view kKafka = "kafka:"; stream.starts_with(kKafka) && slash != std::string_view::npos) {
    return {{"topic", std::string(stream.substr(kKafka.size(), slash - kKafka.size()))},
            {"partition", std::string(stream.substr(slash + 1))}};
  }
  return {{"topic", position.label}, {"partition", ""}};
}

void AddPositions(const std::vector<store::StreamPosition>& positions, Families& out) {
  const auto add = [&](const std::string& name, const std::string& help, int64_t store::StreamPosition::*member) {
    for (const store::StreamPosition& position : positions) {
      out.Counter(name, help, StreamLabels(position), position.*member);
    }
  };
  using store::StreamPosition;
  add("faultline_records_consumed_total", "Log records taken from a source.", &StreamPosition::consumed);
  add("faultline_events_stored_total", "Log records stored as events.", &StreamPosition::stored);
  add("faultline_attempts_records_total", "Log records counted as attempts.", &StreamPosition::attempts);
  add("faultline_dead_letters_total", "Log records kept as dead letters.", &StreamPosition::dead_letters);
  add("faultline_dead_letters_replayed_total", "Dead letters whose record came again here and was taken.",
      &StreamPosition::replayed);
  add("faultline_records_repeated_total", "Log records skipped as stored before.", &StreamPosition::repeats);
  for (const StreamPosition& position : positions) {
    out.Gauge("faultline_stream_watermark_timestamp_seconds", "Largest event time seen.", StreamLabels(position),
              static_cast<double>(position.watermark_us) * kMicro);
  }
  for (const StreamPosition& position : positions) {
    out.Gauge("faultline_stream_next_offset", "First offset that has not been consumed.", StreamLabels(position),
              static_cast<double>(position.next_offset));
  }
}

// What a store knows of signatures and of each dimension, and what came beyond its limits.
void AddOthers(const store::Store& store, Families& out) {
  const absl::StatusOr<std::vector<store::OtherValues>> others = store.ReadOther();
  if (!others.ok()) return;
  const auto add = [&](const std::string& name, const std::string& help, const auto& value_of) {
    for (const store::OtherValues& other : *others) {
      out.Gauge(name, help, {{"what", other.what}}, static_cast<double>(value_of(other)));
    }
  };
  using store::OtherValues;
  add("faultline_store_known_values", "Signatures, or values of a dimension, that the store knows.",
      [](const OtherValues& other) { return other.known; });
  add("faultline_store_known_values_limit", "The most that it may know.",
      [](const OtherValues& other) { return other.limit; });
  add("faultline_store_other_events", "Events that came beyond that limit and count as others.",
      [](const OtherValues& other) { return other.events; });
  add("faultline_store_other_distinct", "An estimate of how many different ones they had.",
      [](const OtherValues& other) { return other.distinct.Estimate(); });
}

void AddStore(const store::Store& store, Families& out) {
  AddPositions(store.Positions(), out);
  const absl::StatusOr<store::Store::Size> size = store.MeasureSize();
  if (!size.ok()) return;
  out.Gauge("faultline_store_events", "Events that can be queried.", {}, static_cast<double>(size->events));
  out.Gauge("faultline_store_segments", "Segments of the store.", {}, static_cast<double>(size->segments));
  out.Gauge("faultline_store_disk_bytes", "Size of the store on disk.", {}, static_cast<double>(size->disk_bytes));
  out.Gauge("faultline_store_block_cache_bytes", "Memory of the block cache in use.", {},
            static_cast<double>(size->block_cache_bytes));
  out.Gauge("faultline_store_filter_bytes", "Memory of id filters.", {}, static_cast<double>(size->filter_bytes));
  AddOthers(store, out);
}

void AddIngest(const IngestFigures& figures, Families& out) {
  for (const auto& [stream, lag] : figures.lag) {
    if (lag < 0) continue;
    store::StreamPosition position;
    position.stream = position.label = stream;
    out.Gauge("faultline_records_lag", "Records known to be waiting.", StreamLabels(position),
              static_cast<double>(lag));
  }
  for (const auto& [reason, count] : figures.dead_letters) {
    out.Counter("faultline_records_dead_lettered_total", "Dead letters since the start.", {{"reason", reason}}, count);
  }
  if (figures.last_event_time_us > 0) {
    out.Gauge("faultline_last_record_event_timestamp_seconds", "Event time of the last event.", {},
              static_cast<double>(figures.last_event_time_us) * kMicro);
    out.Gauge("faultline_ingest_delay_seconds", "Now minus the event time of the last event.", {},
              static_cast<double>(NowMicros() - figures.last_event_time_us) * kMicro);
  }
  const auto stage = [&out](const char* name, int64_t working_us) {
    out.Seconds("faultline_ingest_stage_seconds_total", "Wall time that a stage of ingestion has worked for.",
                {{"stage", name}}, static_cast<double>(working_us) * kMicro);
  };
  stage("read", figures.reading_us);
  stage("understand", figures.understanding_us);
  stage("seal", figures.sealing_us);
  const auto memory = [&out](const char* name, int64_t bytes, int64_t limit_bytes) {
    if (limit_bytes <= 0) return;
    out.Gauge("faultline_ingest_memory_bytes", "Memory of records on their way into the store.", {{"place", name}},
              static_cast<double>(bytes));
    out.Gauge("faultline_ingest_memory_limit_bytes", "What that may become; reading waits then.", {{"place", name}},
              static_cast<double>(limit_bytes));
  };
  memory("fetched", figures.fetched.bytes, figures.fetched.limit_bytes);
  memory("unsealed", figures.unsealed.bytes, figures.unsealed.limit_bytes);
  out.Gauge("faultline_rules", "Rules in force.", {}, static_cast<double>(figures.rules));
  out.Gauge("faultline_rules_refused", "Rules refused at the last load.", {},
            static_cast<double>(figures.rules_refused));
}

void AddOtlp(const OtlpCounters& counters, Families& out) {
  out.Counter("faultline_otlp_log_records_total", "Log records that came over OTLP and that the brokers have.", {},
              counters.log_records);
  out.Counter("faultline_otlp_rejected_log_records_total", "Log records too large for a Kafka record.", {},
              counters.rejected);
  out.Counter("faultline_otlp_throttled_requests_total", "Exports put off: too much on its way to the brokers.", {},
              counters.throttled);
  out.Counter("faultline_otlp_failed_requests_total", "Exports that no broker acknowledged.", {}, counters.failed);
}

void AddProcess(Families& out) {
  out.Gauge("faultline_build_info", "What is running; always 1.",
            {{"version", std::string(Version())}, {"commit", std::string(BuildCommit())}}, 1);
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * kMicro;
  };
  out.Add(prometheus::MetricType::Counter, "process_cpu_seconds_total", "CPU time, user and system.", {},
          seconds(usage.ru_utime) + seconds(usage.ru_stime));
  int64_t pages = 0;
  int64_t resident_pages = 0;
  std::ifstream("/proc/self/statm") >> pages >> resident_pages;
  out.Gauge("process_resident_memory_bytes", "Resident memory.", {},
            static_cast<double>(resident_pages * sysconf(_SC_PAGESIZE)));
}

std::string_view CodeName(grpc::StatusCode code) {
  static constexpr std::array<std::string_view, 17> kNames = {
      "OK",        "CANCELLED",      "UNKNOWN",           "INVALID_ARGUMENT",   "DEADLINE_EXCEEDED",
      "NOT_FOUND", "ALREADY_EXISTS", "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION",
      "ABORTED",   "OUT_OF_RANGE",   "UNIMPLEMENTED",     "INTERNAL",           "UNAVAILABLE",
      "DATA_LOSS", "UNAUTHENTICATED"};
  const auto index = static_cast<size_t>(code);
  return index < kNames.size() ? kNames[index] : "UNKNOWN";
}

}  // namespace

Telemetry::Telemetry()
    : query_seconds_(prometheus::BuildHistogram()
                         .Name("faultline_query_duration_seconds")
                         .Help("Time a query took in the server.")
                         .Register(registry_)) {}

void Telemetry::ObserveQuery(std::string_view method, grpc::StatusCode code, double seconds) {
  static const prometheus::Histogram::BucketBoundaries kBounds = {0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1,
                                                                  0.25,   0.5,   1,     2.5,   5,    10,   30};
  query_seconds_.Add({{"method", std::string(method)}, {"code", std::string(CodeName(code))}}, kBounds)
      .Observe(seconds);
}

void Telemetry::SetOpenFindings(const std::map<std::string, int64_t>& by_kind) {
  MutexLock lock(mu_);
  open_findings_ = by_kind;
}

void Telemetry::Attach(const store::Store& store, std::function<IngestFigures()> ingest) {
  MutexLock lock(mu_);
  store_ = &store;
  ingest_ = std::move(ingest);
}

void Telemetry::AttachOtlp(const OtlpCounters& counters) {
  MutexLock lock(mu_);
  otlp_ = &counters;
}

void Telemetry::Detach() {
  MutexLock lock(mu_);
  store_ = nullptr;
  ingest_ = nullptr;
  otlp_ = nullptr;
}

std::string Telemetry::Text() const {
  Families out;
  AddProcess(out);
  {
    MutexLock lock(mu_);
    if (store_ != nullptr) AddStore(*store_, out);
    if (ingest_) AddIngest(ingest_(), out);
    for (const auto& [kind, count] : open_findings_) {
      out.Gauge("faultline_findings_open", "Findings of the detector that are open.", {{"kind", kind}},
                static_cast<double>(count));
    }
    if (otlp_ != nullptr) AddOtlp(*otlp_, out);
  }
  std::vector<prometheus::MetricFamily> all = registry_.Collect();
  for (prometheus::MetricFamily& family : out.families()) all.push_back(std::move(family));
  return prometheus::TextSerializer().Serialize(all);
}

}  // namespace faultline::deploy
