// A source over records held in memory, for tests: the same seed gives the same
// batches, split, interleaved and repeated as a broker might.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "ingest/record_source.h"

namespace faultline::ingest {

struct MemoryRecord {
  std::string value;
  std::string key;
  std::vector<std::pair<std::string, std::string>> headers;
  int64_t kafka_time_us = 0;
};

// A record's offset is its index.
struct MemoryStream {
  std::string name;
  std::vector<MemoryRecord> records;
};

struct MemorySourceOptions {
  uint64_t seed = 0;
  size_t max_batch_records = 100;  // a batch has 1 .. this many; at least 1
  bool shuffle = false;            // take the next record from a random stream, not the first unfinished one
  uint32_t repeat_percent = 0;     // chance per batch that a stream goes back up to a batch, 0 .. 99
};

class MemorySource final : public RecordSource {
 public:
  MemorySource(MemorySourceOptions options, std::vector<MemoryStream> streams);

  // Errors: DataLoss when a position's last record is not the one given here.
  absl::Status Start(StreamRegistry& registry) override;
  absl::Status Poll(std::chrono::milliseconds timeout, SourceBatch& batch) override;
  absl::Status Commit(const std::vector<store::StreamPosition>& durable) override;
  void SetPaused(bool paused) override { paused_ = paused; }
  std::vector<std::pair<std::string, int64_t>> Lag() const override;
  void Stop() override {}

  // What the last Commit said.
  const std::vector<store::StreamPosition>& committed() const { return committed_; }

 private:
  struct Cursor {
    uint32_t stream = 0;
    size_t next = 0;
    size_t start = 0;  // repeats go back no further
  };

  uint64_t Random(uint64_t bound) { return random_() % bound; }
  size_t PickStream(const std::vector<size_t>& unfinished);
  std::vector<size_t> Unfinished() const;
  void GoBack();

  const MemorySourceOptions options_;
  const std::vector<MemoryStream> streams_;
  std::mt19937_64 random_;
  std::vector<Cursor> cursors_;  // by stream
  std::vector<store::StreamPosition> committed_;
  bool paused_ = false;
};

}  // namespace faultline::ingest
