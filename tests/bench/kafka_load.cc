// What it costs to store a topic, beside what it costs only to read it.
//
// Starts a broker of its own (a child, whose time is not counted), produces the
// lines of a file to one lz4 partition, reads them with librdkafka alone, then
// with the whole path into a store. Prints one JSON object; CPU seconds are
// user and system time of this process.
// usage: kafka_load LINES.ndjson RULES.yaml MAX_LINES WORK
#include <librdkafka/rdkafka.h>
#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>

#include "base/pseudonym.h"
#include "ingest/kafka_source.h"
#include "ingest/pipeline.h"
#include "store/store.h"
#include "tests/kafka/kafka_broker.h"

namespace faultline {
namespace {

constexpr const char* kTopic = "bench";

double CpuSeconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

struct Cost {
  double cpu = 0, wall = 0;
};

Cost Measure(const std::function<void()>& work) {
  const double cpu = CpuSeconds();
  const auto start = std::chrono::steady_clock::now();
  work();
  return {CpuSeconds() - cpu, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count()};
}

[[noreturn]] void Fail(const std::string& what) {
  std::fprintf(stderr, "kafka_load: %s\n", what.c_str());
  std::exit(1);
}

int64_t Produce(testing::KafkaBroker& broker, const char* file, int64_t max_lines) {
  broker.CreateTopic(kTopic, 1);
  std::ifstream in(file);
  std::vector<testing::ProducedRecord> records;
  int64_t count = 0;
  const auto send = [&] {
    broker.Produce(kTopic, 0, records, "lz4");
    records.clear();
  };
  for (std::string line; count < max_lines && std::getline(in, line); ++count) {
    records.push_back({line, "", {}});
    if (records.size() == 5'000) send();
  }
  if (!records.empty()) send();
  return count;
}

// The same settings that matter, and nothing done with the messages.
void ReadAlone(const std::string& brokers, int64_t count) {
  char error[512];
  rd_kafka_conf_t* conf = rd_kafka_conf_new();
  for (const auto& [name, value] : {std::pair("bootstrap.servers", brokers.c_str()), std::pair("group.id", "alone"),
                                    std::pair("enable.auto.commit", "false"), std::pair("check.crcs", "true"),
                                    std::pair("queued.min.messages", "1000000")}) {
    if (rd_kafka_conf_set(conf, name, value, error, sizeof error) != RD_KAFKA_CONF_OK) Fail(error);
  }
  rd_kafka_t* const kafka = rd_kafka_new(RD_KAFKA_CONSUMER, conf, error, sizeof error);
  if (kafka == nullptr) Fail(error);
  rd_kafka_poll_set_consumer(kafka);
  rd_kafka_topic_partition_list_t* const list = rd_kafka_topic_partition_list_new(1);
  rd_kafka_topic_partition_list_add(list, kTopic, 0)->offset = 0;
  rd_kafka_assign(kafka, list);
  rd_kafka_topic_partition_list_destroy(list);
  for (int64_t read = 0; read < count;) {
    rd_kafka_message_t* const message = rd_kafka_consumer_poll(kafka, 1'000);
    if (message == nullptr) continue;
    if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) ++read;
    rd_kafka_message_destroy(message);
  }
  rd_kafka_consumer_close(kafka);
  rd_kafka_destroy(kafka);
}

void Store(const std::string& brokers, const char* rules_file, const std::string& folder, int64_t count) {
  store::StoreOptions store_options;
  store_options.path = folder + "/kafka_store";
  std::filesystem::remove_all(store_options.path);  // one of an earlier run knows the topic
  auto store = store::Store::Open(store_options);
  if (!store.ok()) Fail(std::string(store.status().message()));
  auto writer = store::Writer::Start({}, **store);
  if (!writer.ok()) Fail(std::string(writer.status().message()));
  std::vector<ingest::RuleError> errors;
  auto rules = ingest::RuleSet::Load({rules_file}, errors);
  if (!rules.ok()) Fail(std::string(rules.status().message()));
  const Pseudonyms pseudonyms = Pseudonyms::Ephemeral();
  ingest::KafkaOptions options;
  options.brokers = brokers;
  options.topics = {kTopic};
  ingest::KafkaSource source(options);
  ingest::Pipeline pipeline({}, source, **writer, pseudonyms, *rules);
  pipeline.OnBatch([&](const ingest::PipelineCounters& counters) {
    if (counters.records >= count) pipeline.RequestStop();
  });
  absl::Status status = pipeline.Run();
  if (status.ok()) status = (*writer)->Close();
  if (!status.ok()) Fail(std::string(status.message()));
  if (pipeline.counters().events + pipeline.counters().attempts + pipeline.counters().dead_letters < count) {
    Fail("not all records were stored");
  }
}

int Run(char** argv) {
  std::string why_not;
  const auto broker = testing::KafkaBroker::Start(why_not);
  if (broker == nullptr) Fail(why_not);
  const int64_t count = Produce(*broker, argv[1], std::atoll(argv[3]));
  const Cost alone = Measure([&] { ReadAlone(broker->address(), count); });
  const Cost stored = Measure([&] { Store(broker->address(), argv[2], argv[4], count); });
  std::printf(
      "{\"records\": %lld, \"alone_cpu_s\": %.3f, \"alone_wall_s\": %.3f, \"store_cpu_s\": %.3f, \"store_wall_s\": "
      "%.3f}\n",
      static_cast<long long>(count), alone.cpu, alone.wall, stored.cpu, stored.wall);
  return 0;
}

}  // namespace
}  // namespace faultline

int main(int argc, char** argv) {
  if (argc != 5) {
    std::fprintf(stderr, "usage: %s LINES.ndjson RULES.yaml MAX_LINES WORK\n", argv[0]);
    return 2;
  }
  return faultline::Run(argv);
}
