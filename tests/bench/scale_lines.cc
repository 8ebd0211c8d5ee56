// Writes made events as JSON lines to standard output, or as records to a Kafka topic, at a stated rate.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>

#include "base/status_macros.h"
#include "ingest/kafka_producer.h"
#include "tests/bench/scale_json.h"
#include "tests/bench/scale_options.h"

namespace faultline::bench {
namespace {

using Clock = std::chrono::steady_clock;

struct LineOptions {
  ScaleOptions events;
  std::string brokers, topic = "events";
  double rate = 0;          // lines a second; 0: as fast as they go
  uint64_t unparsable = 0;  // percent of lines that are cut off in the middle
};

class Output {
 public:
  absl::Status Open(const LineOptions& options) {
    if (options.brokers.empty()) return absl::OkStatus();
    topic_ = options.topic;
    ASSIGN_OR_RETURN(
        producer_, ingest::KafkaProducer::Create(options.brokers, {{"compression.type", "lz4"}, {"linger.ms", "20"}}));
    return absl::OkStatus();
  }
  absl::Status Write(const std::string& line) {
    if (producer_) {
      ingest::ProducedRecord record;
      record.topic = topic_;
      record.value = std::string_view(line).substr(0, line.size() - 1);
      return producer_->Produce(record);
    }
    if (std::fwrite(line.data(), 1, line.size(), stdout) == line.size()) return absl::OkStatus();
    return absl::InternalError("cannot write to standard output");
  }
  absl::Status Flush() {
    if (producer_) return producer_->Flush();
    return std::fflush(stdout) == 0 ? absl::OkStatus() : absl::InternalError("cannot write to standard output");
  }

 private:
  std::unique_ptr<ingest::KafkaProducer> producer_;
  std::string topic_;
};

absl::Status WriteLines(const LineOptions& options) {
  Output output;
  RETURN_IF_ERROR(output.Open(options));
  ScaleEvents events(options.events);
  ScaleJson json;
  ScaleBatch batch;
  std::string line;
  const auto start = Clock::now();
  uint64_t written = 0;
  while (events.Next(batch)) {
    for (const store::Event& event : batch.events) {
      line.clear();
      json.Append(event, line);
      // Spread evenly, so that the share holds for every part.
      if (written++ * options.unparsable % 100 + options.unparsable >= 100)
        line.replace(line.size() / 2, line.size(), "\n");
      RETURN_IF_ERROR(output.Write(line));
    }
    if (options.rate <= 0) continue;
    if (options.brokers.empty()) RETURN_IF_ERROR(output.Flush());
    const std::chrono::duration<double> due(static_cast<double>(written) / options.rate);
    std::this_thread::sleep_until(start + std::chrono::duration_cast<Clock::duration>(due));
  }
  return output.Flush();
}

bool TakeFlag(std::string_view flag, const char* value, LineOptions& options) {
  if (flag == "--kafka") {
    options.brokers = value;
  } else if (flag == "--topic") {
    options.topic = value;
  } else if (flag == "--rate") {
    options.rate = std::strtod(value, nullptr);
  } else if (flag == "--unparsable") {
    options.unparsable = std::strtoull(value, nullptr, 10);
  } else {
    return TakeScaleFlag(flag, value, options.events);
  }
  return options.unparsable <= 100;
}

int Main(int argc, char** argv) {
  LineOptions options;
  bool understood = argc % 2 == 1;
  for (int i = 1; i + 1 < argc && understood; i += 2) understood = TakeFlag(argv[i], argv[i + 1], options);
  if (!understood) {
    std::fprintf(stderr, "usage: %s [--kafka BROKERS --topic T] [--rate R] [--unparsable PERCENT] %s\n", argv[0],
                 kScaleFlags);
    return 2;
  }
  const absl::Status status = WriteLines(options);
  if (!status.ok()) std::fprintf(stderr, "%s\n", status.ToString().c_str());
  return status.ok() ? 0 : 1;
}

}  // namespace
}  // namespace faultline::bench

int main(int argc, char** argv) { return faultline::bench::Main(argc, argv); }
