// Where records come from: Kafka, files, standard input, or memory for tests.
//
// The position in the store is the truth: a source starts where the store says
// (ingest/kafka_source.h, ingest/file_source.h say how), and learns afterwards
// what is durable. All methods belong to one thread, the pipeline's.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "store/record_outcome.h"

namespace faultline::ingest {

struct SourceRecord {
  uint32_t stream = 0;  // number from StreamRegistry::Open
  int64_t offset = 0;
  int64_t next_offset = 0;    // > offset
  int64_t kafka_time_us = 0;  // 0 where there is none
  std::string_view key;
  std::string_view value;
  std::vector<std::pair<std::string_view, std::string_view>> headers;
  // Set where the source itself could not deliver the record, e.g.
  // "record_too_large"; `value` is then what is left of it.
  std::string_view source_error;
  int64_t original_size_bytes = 0;  // of the record before any cut
  uint32_t blank_lines = 0;         // empty lines of a file directly in front of it
};

// One batch. Views live until the next Poll().
struct SourceBatch {
  std::vector<SourceRecord> records;
  bool end_of_input = false;  // nothing will ever follow
};

// How a source asks where to start. Implemented by the pipeline over the
// store's writer.
class StreamRegistry {
 public:
  virtual ~StreamRegistry() = default;
  // Registers a stream under `initial.stream` and returns its number and where
  // to go on: the store's position, or `initial` where the store has none.
  virtual std::pair<uint32_t, store::StreamPosition> Open(const store::StreamPosition& initial) = 0;
  // The store's position of that name, if any, without registering it.
  virtual std::optional<store::StreamPosition> Find(std::string_view stream) const = 0;
  // Makes an open stream start again at `next_offset`, with no last record, as
  // store::Writer::ResetStream says.
  virtual void Reset(uint32_t stream, int64_t next_offset) = 0;
  // Everything polled so far is sealed and synced on return.
  virtual absl::Status Flush() = 0;
};

class RecordSource {
 public:
  virtual ~RecordSource() = default;
  // Opens streams and checks that each goes on where the store stopped.
  // Errors: DataLoss when the record before a position is not the one stored.
  virtual absl::Status Start(StreamRegistry& registry) = 0;
  // Waits up to `timeout` for records and replaces `batch`. An empty batch is
  // not an error. Errors are final.
  virtual absl::Status Poll(std::chrono::milliseconds timeout, SourceBatch& batch) = 0;
  // Tells how far everything is durable; called about once a second.
  virtual absl::Status Commit(const std::vector<store::StreamPosition>& durable) = 0;
  // While `paused`, Poll must keep the source alive and return nothing.
  virtual void SetPaused(bool paused) = 0;
  // Records known to be waiting behind each stream's position, by stream name;
  // -1 where unknown.
  virtual std::vector<std::pair<std::string, int64_t>> Lag() const = 0;
  struct Queue {
    int64_t bytes = 0, limit_bytes = 0;
  };
  // Memory of what was fetched ahead of Poll, some seconds ago. The limit is 0 where nothing is. Thread-safe.
  virtual Queue MeasureQueue() const { return {}; }
  // Leaves the group, closes files. Idempotent.
  virtual void Stop() = 0;
};

}  // namespace faultline::ingest
