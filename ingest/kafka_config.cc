#include "ingest/kafka_config.h"

#include <array>
#include <string>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"

namespace faultline::ingest {
namespace {

struct Setting {
  const char* name;
  const char* value;
};

// May be overridden.
constexpr std::array kDefaults = {
    Setting{"client.id", "faultline"},
    Setting{"check.crcs", "true"},
    // Memory: what is fetched and not yet polled, and the largest response taken.
    Setting{"fetch.max.bytes", "4194304"},
    Setting{"receive.message.max.bytes", "16777216"},
    Setting{"queued.max.messages.kbytes", "32768"},
    // How much of that is used is told this often (ingest/kafka_statistics.h).
    Setting{"statistics.interval.ms", "5000"},
    // New partitions and new topics of a pattern are seen within this.
    Setting{"topic.metadata.refresh.interval.ms", "10000"},
    Setting{"fetch.error.backoff.ms", "200"},
    Setting{"socket.keepalive.enable", "true"},
    Setting{"log.connection.close", "false"},
};

// May not be overridden.
constexpr std::array kFixed = {
    Setting{"enable.auto.commit", "false"},   Setting{"enable.auto.offset.store", "false"},
    Setting{"auto.offset.reset", "error"},    Setting{"partition.assignment.strategy", "range"},
    Setting{"enable.partition.eof", "false"}, Setting{"debug", "topic"},  // KafkaClient::OnLog
};

constexpr std::array kOwnOptions = {
    Setting{"bootstrap.servers", "kafka.brokers"},
    Setting{"metadata.broker.list", "kafka.brokers"},
    Setting{"group.id", "kafka.group"},
    Setting{"group.instance.id", "kafka.instance_id"},
};

absl::Status Set(rd_kafka_conf_t* conf, const std::string& name, const std::string& value) {
  char reason[512];
  if (rd_kafka_conf_set(conf, name.c_str(), value.c_str(), reason, sizeof reason) == RD_KAFKA_CONF_OK) {
    return absl::OkStatus();
  }
  // The value may be a password: librdkafka's reason quotes it only for lists of choices.
  return absl::InvalidArgumentError(absl::StrCat("kafka property ", name, ": ", reason));
}

absl::Status CheckProperty(const std::string& name) {
  for (const Setting& fixed : kFixed) {
    if (name != fixed.name) continue;
    return absl::InvalidArgumentError(absl::StrCat("kafka property ", name, ": is always ", fixed.value,
                                                   ", so that no record is lost or counted twice; remove it"));
  }
  for (const Setting& own : kOwnOptions) {
    if (name == own.name) {
      return absl::InvalidArgumentError(absl::StrCat("kafka property ", name, ": use ", own.value));
    }
  }
  return absl::OkStatus();
}

absl::Status CheckRequired(const KafkaOptions& options) {
  if (options.brokers.empty()) return absl::InvalidArgumentError("kafka.brokers: name at least one host:port");
  if (options.group.empty()) return absl::InvalidArgumentError("kafka.group: must not be empty");
  if (options.topics.empty()) return absl::InvalidArgumentError("kafka.topics: name at least one topic or ^pattern");
  for (const std::string& topic : options.topics) {
    if (topic.empty()) return absl::InvalidArgumentError("kafka.topics: a name is empty");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<KafkaConf> MakeKafkaConf(const KafkaOptions& options) {
  RETURN_IF_ERROR(CheckRequired(options));
  KafkaConf conf(rd_kafka_conf_new());
  for (const Setting& setting : kDefaults) RETURN_IF_ERROR(Set(conf.get(), setting.name, setting.value));
  for (const auto& [name, value] : options.properties) {
    RETURN_IF_ERROR(CheckProperty(name));
    RETURN_IF_ERROR(Set(conf.get(), name, value));
  }
  for (const Setting& setting : kFixed) RETURN_IF_ERROR(Set(conf.get(), setting.name, setting.value));
  RETURN_IF_ERROR(Set(conf.get(), "bootstrap.servers", options.brokers));
  RETURN_IF_ERROR(Set(conf.get(), "group.id", options.group));
  if (!options.instance_id.empty()) RETURN_IF_ERROR(Set(conf.get(), "group.instance.id", options.instance_id));
  return conf;
}

}  // namespace faultline::ingest
