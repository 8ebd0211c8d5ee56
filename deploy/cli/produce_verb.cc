#include <cerrno>
#include <cstring>
#include <fstream>
#include <iostream>
#include <string>
#include <vector>

#include "base/status_macros.h"
#include "deploy/cli/output.h"
#include "deploy/cli/properties.h"
#include "deploy/cli/verbs.h"
#include "fmt/format.h"
#include "ingest/kafka_producer.h"

namespace faultline::deploy {
namespace {

struct ProduceOptions {
  std::string brokers;
  std::string topic;
  std::vector<std::string> properties;
  std::vector<std::string> files;
};

absl::Status ProduceLines(std::istream& input, const std::string& topic, ingest::KafkaProducer& producer) {
  for (std::string line; std::getline(input, line);) RETURN_IF_ERROR(producer.Produce({topic, line, {}, 0}));
  return absl::OkStatus();
}

absl::StatusOr<ExitCode> RunProduce(const ProduceOptions& options) {
  ASSIGN_OR_RETURN(const auto properties, ParseProperties(options.properties));
  ASSIGN_OR_RETURN(const std::unique_ptr<ingest::KafkaProducer> producer,
                   ingest::KafkaProducer::Create(options.brokers, properties));
  for (const std::string& name : options.files) {
    if (name == "-") {
      RETURN_IF_ERROR(ProduceLines(std::cin, options.topic, *producer));
      continue;
    }
    std::ifstream file(name, std::ios::binary);
    if (!file) return absl::NotFoundError("read " + name + ": " + std::strerror(errno));
    RETURN_IF_ERROR(ProduceLines(file, options.topic, *producer));
  }
  RETURN_IF_ERROR(producer->Flush());
  fmt::print("{}: {} records\n", options.topic, WithThousands(producer->acknowledged()));
  return kFound;
}

}  // namespace

void AddProduceVerb(const Verb& program, Action& action) {
  auto options = std::make_shared<ProduceOptions>();
  const Verb verb = program.Sub("produce", "Put the lines of files into a Kafka topic, to try things with");
  verb.Arguments("FILE", options->files, "One record a line; - is standard input", Verb::Need::kRequired);
  verb.Flag("--brokers", options->brokers, "LIST", "HOST:PORT,...", Verb::Need::kRequired);
  verb.Flag("--topic", options->topic, "NAME", "Made by the broker if need be", Verb::Need::kRequired);
  verb.RepeatedFlag("--property", options->properties, "NAME=VALUE", "A setting of librdkafka");
  verb.Does(action, [options] { return RunProduce(*options); });
}

}  // namespace faultline::deploy
