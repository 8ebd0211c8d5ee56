// What the Kafka source can be told, and what it counts.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace faultline::ingest {

struct KafkaOptions {
  std::string brokers;  // host:port, comma-separated
  // Names, or patterns that begin with ^ and match anywhere behind it: "^logs\.".
  std::vector<std::string> topics;
  std::string group = "faultline";
  // Static membership: a restart within session.timeout.ms (45 s) causes no
  // rebalance. Unique per worker of the group; empty for none.
  std::string instance_id;
  // Where a partition starts that the store has never heard of.
  enum class Start : uint8_t { kEarliest, kLatest } start = Start::kEarliest;
  // What to do when a partition is not the one the store knows: it was
  // re-created or truncated, or retention took records before they were read.
  // kRestart reads it again from its earliest record under a new epoch and
  // keeps what is stored.
  enum class OnMismatch : uint8_t { kStop, kRestart } on_mismatch = OnMismatch::kStop;
  size_t max_record_bytes = 8 << 20;  // a longer value is cut to this: "record_too_large"
  size_t max_batch_records = 4'000;   // at least 1
  size_t max_batch_bytes = 8 << 20;   // a batch ends with the record that passes this
  // Any setting of librdkafka: TLS, SASL, sizes. Those that decide whether
  // records are lost or doubled are refused (ingest/kafka_config.h).
  std::map<std::string, std::string> properties;
};

// Totals since the source was made. Read from any thread.
struct KafkaCounters {
  std::atomic<int64_t> records{0}, bytes{0};
  std::atomic<int64_t> assignments{0}, revocations{0}, assigned_partitions{0};
  std::atomic<int64_t> commits{0}, commit_failures{0};
  std::atomic<int64_t> client_errors{0};        // brokers down, refused, …
  std::atomic<int64_t> undecodable_batches{0};  // skipped, each with a dead letter
  std::atomic<int64_t> restarted_streams{0};    // OnMismatch::kRestart
  // Of messages that were fetched and not polled: the last report of librdkafka, and what it is told to hold.
  std::atomic<int64_t> queued_bytes{0}, queue_limit_bytes{0};
};

}  // namespace faultline::ingest
