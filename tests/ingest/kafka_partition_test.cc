#include "ingest/kafka_partition.h"

#include <gtest/gtest.h>
#include <xxhash.h>

namespace faultline::ingest {
namespace {

using Verdict = KafkaPartition::Verdict;
using OutOfRange = KafkaPartition::OutOfRange;

// A partition whose record 41, "last", was stored last.
KafkaPartition Stored(std::string_view last = "last") {
  store::StreamPosition position;
  position.last_offset = 41;
  position.next_offset = 42;
  position.last_checksum = XXH3_64bits(last.data(), last.size());
  return KafkaPartition("topic", 3, 0, position);
}

TEST(KafkaPartitionTest, ANewPartitionStartsAtItsEarliestRecord) {
  KafkaPartition partition("topic", 3, 0, store::StreamPosition());
  EXPECT_EQ(partition.first_offset(), -1);
  EXPECT_EQ(partition.Judge(7, "a"), Verdict::kDeliver);
  EXPECT_EQ(partition.next_offset(), 8);
  EXPECT_EQ(partition.name(), "kafka:topic/3");
}

TEST(KafkaPartitionTest, TheLastStoredRecordIsComparedAndNotDelivered) {
  KafkaPartition partition = Stored();
  EXPECT_EQ(partition.first_offset(), 41);
  EXPECT_EQ(partition.Judge(41, "last"), Verdict::kSkip);
  EXPECT_EQ(partition.Judge(42, "next"), Verdict::kDeliver);
}

TEST(KafkaPartitionTest, AnotherRecordInItsPlaceIsAMismatch) {
  EXPECT_EQ(Stored().Judge(41, "another"), Verdict::kMismatch);
}

TEST(KafkaPartitionTest, ARecordTakenByCompactionCannotBeCompared) {
  EXPECT_EQ(Stored().Judge(45, "next"), Verdict::kDeliver);
}

TEST(KafkaPartitionTest, ALogThatEndsBeforeThePositionIsTruncated) {
  EXPECT_EQ(Stored().JudgeRange(0, 41), OutOfRange::kTruncated);
}

TEST(KafkaPartitionTest, RecordsDeletedBeforeTheyWereReadAreMissing) {
  EXPECT_EQ(Stored().JudgeRange(43, 100), OutOfRange::kDeleted);
}

TEST(KafkaPartitionTest, RecordsDeletedAfterTheyWereReadAreNot) {
  KafkaPartition partition = Stored();
  EXPECT_EQ(partition.JudgeRange(42, 42), OutOfRange::kReadOn);
  EXPECT_EQ(partition.first_offset(), 42);
  EXPECT_EQ(partition.Judge(42, "next"), Verdict::kDeliver);
}

TEST(KafkaPartitionTest, ARestartComparesNothing) {
  KafkaPartition partition = Stored();
  partition.Restart(0);
  EXPECT_EQ(partition.Judge(0, "other"), Verdict::kDeliver);
  EXPECT_EQ(partition.next_offset(), 1);
}

TEST(KafkaPartitionTest, ASkippedRangeIsNotDelivered) {
  KafkaPartition partition = Stored();
  partition.SkipTo(50);
  EXPECT_EQ(partition.next_offset(), 50);
  EXPECT_EQ(partition.Judge(49, "inside"), Verdict::kSkip);
  EXPECT_EQ(partition.Judge(50, "behind"), Verdict::kDeliver);
}

}  // namespace
}  // namespace faultline::ingest
