#include "ingest/kafka_statistics.h"

#include <simdjson.h>

#include <algorithm>

#include "absl/strings/numbers.h"

namespace faultline::ingest {

std::optional<int64_t> QueuedBytes(std::string_view json) {
  simdjson::dom::parser parser;
  simdjson::dom::object topics;
  if (parser.parse(json.data(), json.size())["topics"].get(topics) != simdjson::SUCCESS) return std::nullopt;
  int64_t most = 0;
  for (const auto& topic : topics) {
    simdjson::dom::object partitions;
    if (topic.value["partitions"].get(partitions) != simdjson::SUCCESS) continue;
    for (const auto& partition : partitions) {
      int64_t bytes = 0;
      // All partitions of a group's member feed one queue, and each tells the size of that.
      if (partition.value["fetchq_size"].get(bytes) == simdjson::SUCCESS) most = std::max(most, bytes);
    }
  }
  return most;
}

int64_t QueueLimitBytes(const rd_kafka_conf_t& conf) {
  char value[32];
  size_t size = sizeof value;
  int64_t kilobytes = 0;
  if (rd_kafka_conf_get(&conf, "queued.max.messages.kbytes", value, &size) != RD_KAFKA_CONF_OK ||
      !absl::SimpleAtoi(value, &kilobytes)) {
    return 0;
  }
  return kilobytes * 1024;
}

}  // namespace faultline::ingest
