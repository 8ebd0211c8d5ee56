// One assigned partition: what has been delivered of it, and whether it is
// still the one the store knows. Pure: no broker.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "ingest/poison_search.h"
#include "store/record_outcome.h"

namespace faultline::ingest {

// "kafka:TOPIC/PARTITION"
std::string KafkaStreamName(std::string_view topic, int32_t partition);

class KafkaPartition {
 public:
  // `position` is where the store says that `stream` stands. Reading then
  // starts at first_offset(): at the last stored record where there is one, so
  // that it can be compared.
  KafkaPartition(std::string topic, int32_t partition, uint32_t stream, const store::StreamPosition& position);

  enum class Verdict : uint8_t {
    kDeliver,
    kSkip,      // stored before
    kMismatch,  // not the record that was stored at this offset
  };
  // Judges the next record, whose value is cut to what the store would see.
  Verdict Judge(int64_t offset, std::string_view value);

  // Reading broke off because offsets are not there: the log holds [low, high).
  enum class OutOfRange : uint8_t {
    kReadOn,     // by now they are there: read on at first_offset(), after comparing
    kTruncated,  // the log ends before the position: another topic, or a truncated one
    kDeleted,    // retention took records before they were read
  };
  OutOfRange JudgeRange(int64_t low, int64_t high);

  // The partition may have been re-created: starts again at where the store
  // stands, and compares the last record.
  void CompareAgain(const store::StreamPosition& stored);
  // Starts again at `next_offset` without a record to compare.
  void Restart(int64_t next_offset);
  // [next_offset(), end) cannot be read and was given up.
  void SkipTo(int64_t end);

  // Where to read: -1 for the earliest there is.
  int64_t first_offset() const;
  // The first offset that has not been delivered.
  int64_t next_offset() const { return next_offset_; }
  int64_t last_offset() const { return last_offset_; }
  bool comparing() const { return comparing_; }
  uint32_t stream() const { return stream_; }
  const std::string& topic() const { return topic_; }
  int32_t partition() const { return partition_; }
  const std::string& name() const { return name_; }

  // Public, as they are the source's notes on the partition and have no rule
  // to keep.
  PoisonSearch poison;
  std::chrono::steady_clock::time_point probe_deadline;
  int64_t committed = -1;  // the offset sent to Kafka last

 private:
  const std::string topic_;
  const int32_t partition_;
  const std::string name_;
  const uint32_t stream_;
  int64_t next_offset_;
  int64_t last_offset_;
  uint64_t last_checksum_;
  bool comparing_;
};

}  // namespace faultline::ingest
