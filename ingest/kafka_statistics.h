// What librdkafka tells of itself every statistics.interval.ms (its STATISTICS.md).
#pragma once

#include <librdkafka/rdkafka.h>

#include <cstdint>
#include <optional>
#include <string_view>

namespace faultline::ingest {

// Bytes of the messages that wait for Poll. nullopt where `json` is no statistics.
std::optional<int64_t> QueuedBytes(std::string_view json);
// How many there may be: queued.max.messages.kbytes.
int64_t QueueLimitBytes(const rd_kafka_conf_t& conf);

}  // namespace faultline::ingest
