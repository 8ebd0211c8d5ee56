#include "deploy/server/source_factory.h"

#include "absl/strings/str_join.h"
#include "ingest/file_source.h"
#include "ingest/kafka_source.h"

namespace faultline::deploy {
namespace {

ingest::KafkaOptions MakeKafkaOptions(const Config& config) {
  ingest::KafkaOptions options;
  options.brokers = absl::StrJoin(config.kafka.brokers, ",");
  options.topics = config.kafka.topics;
  options.group = config.kafka.group;
  options.instance_id = config.kafka.instance_id;
  options.start =
      config.kafka.start == "latest" ? ingest::KafkaOptions::Start::kLatest : ingest::KafkaOptions::Start::kEarliest;
  options.on_mismatch = config.kafka.on_mismatch == "restart" ? ingest::KafkaOptions::OnMismatch::kRestart
                                                              : ingest::KafkaOptions::OnMismatch::kStop;
  options.max_record_bytes = config.pipeline.max_record_bytes;
  options.properties = config.kafka.properties;
  return options;
}

}  // namespace

absl::StatusOr<std::unique_ptr<ingest::RecordSource>> MakeSource(const Config& config) {
  if (!config.kafka.brokers.empty()) return std::make_unique<ingest::KafkaSource>(MakeKafkaOptions(config));
  ingest::FileSourceOptions options;
  options.paths = config.files.paths;
  options.follow = config.files.follow;
  options.max_record_bytes = config.pipeline.max_record_bytes;
  return std::make_unique<ingest::FileSource>(options);
}

}  // namespace faultline::deploy
