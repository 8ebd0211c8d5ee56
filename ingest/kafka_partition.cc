#include "ingest/kafka_partition.h"

#include <xxhash.h>

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

namespace faultline::ingest {

std::string KafkaStreamName(std::string_view topic, int32_t partition) {
  return absl::StrCat("kafka:", std::string(topic), "/", partition);
}

KafkaPartition::KafkaPartition(std::string topic, int32_t partition, uint32_t stream,
                               const store::StreamPosition& position)
    : topic_(std::move(topic)),
      partition_(partition),
      name_(KafkaStreamName(topic_, partition)),
      stream_(stream),
      next_offset_(position.next_offset),
      last_offset_(position.last_offset),
      last_checksum_(position.last_checksum),
      comparing_(position.last_offset >= 0) {}

KafkaPartition::Verdict KafkaPartition::Judge(int64_t offset, std::string_view value) {
  if (comparing_ && offset >= last_offset_) {
    // A later record means that compaction took the last one: nothing to compare.
    comparing_ = false;
    if (offset == last_offset_ && XXH3_64bits(value.data(), value.size()) != last_checksum_) {
      return Verdict::kMismatch;
    }
  }
  if (offset < next_offset_) return Verdict::kSkip;
  last_offset_ = offset;
  next_offset_ = offset + 1;
  return Verdict::kDeliver;
}

KafkaPartition::OutOfRange KafkaPartition::JudgeRange(int64_t low, int64_t high) {
  if (last_offset_ < 0 && next_offset_ <= low) {  // nothing was read, so nothing is missing
    next_offset_ = low;
    return OutOfRange::kReadOn;
  }
  if (high < next_offset_) return OutOfRange::kTruncated;
  if (low > next_offset_) return OutOfRange::kDeleted;
  // All that is missing was stored, the record to compare among it.
  if (low > last_offset_) comparing_ = false;
  return OutOfRange::kReadOn;
}

void KafkaPartition::CompareAgain(const store::StreamPosition& stored) {
  next_offset_ = stored.next_offset;
  last_offset_ = stored.last_offset;
  last_checksum_ = stored.last_checksum;
  comparing_ = last_offset_ >= 0;
}

void KafkaPartition::Restart(int64_t next_offset) {
  next_offset_ = next_offset;
  last_offset_ = -1;
  comparing_ = false;
  poison = PoisonSearch();
}

void KafkaPartition::SkipTo(int64_t end) {
  comparing_ = false;
  if (end <= next_offset_) return;
  last_offset_ = next_offset_;
  next_offset_ = end;
}

int64_t KafkaPartition::first_offset() const {
  if (comparing_) return last_offset_;
  return last_offset_ < 0 && next_offset_ == 0 ? -1 : next_offset_;
}

}  // namespace faultline::ingest
