// KafkaOptions -> librdkafka's configuration, with the settings that exactly
// once and bounded memory depend on (docs/architecture.md).
#pragma once

#include <librdkafka/rdkafka.h>

#include <memory>

#include "absl/status/statusor.h"
#include "ingest/kafka_options.h"

namespace faultline::ingest {

struct KafkaConfDelete {
  void operator()(rd_kafka_conf_t* conf) const { rd_kafka_conf_destroy(conf); }
};
using KafkaConf = std::unique_ptr<rd_kafka_conf_t, KafkaConfDelete>;

// Errors: InvalidArgument for no broker, group or topic, a property that
// librdkafka does not know or take, and one that is not free: auto commit and
// offset store (the position lives in the store), auto.offset.reset (a reset
// would lose or repeat records), the assignment strategy (cooperative ones lose
// records in librdkafka 2.0.2), and those that have an option of their own.
absl::StatusOr<KafkaConf> MakeKafkaConf(const KafkaOptions& options);

}  // namespace faultline::ingest
