// Writes to the store, one atomic batch after the other, and keeps the catalog
// in step.
//
// Thread-safe.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "base/mutex.h"
#include "store/catalog.h"
#include "store/database.h"
#include "store/seal_batch.h"
#include "store/segment_encoder.h"

namespace faultline::store {

// How long a segment that was merged or dropped can still be read: secondaries
// look every second, queries may take 30.
inline constexpr int64_t kSupersededMicros = 60'000'000;

class Committer {
 public:
  // Both must outlive the committer.
  Committer(Database& database, Catalog& catalog, int64_t bucket_hours)
      : database_(database), catalog_(catalog), bucket_hours_(bucket_hours) {}

  // Fills the catalog from what is stored. Errors: DataLoss when it makes no sense.
  absl::Status Load();

  // Encodes and writes all of `batch`, and shows the sealed segment in place of
  // the open one.
  absl::Status Commit(SealBatch& batch);
  // Puts `merged` in place of `gone`; null drops them.
  absl::Status Replace(const std::vector<Catalog::Sealed>& gone, EncodedSegment* merged);
  // Deletes parts of segments that were replaced kSupersededMicros ago, or at any
  // time when `at_once`, and that nobody in this process reads.
  absl::Status DeleteSuperseded(bool at_once);
  // Deletes attempts and dead letters from before `time_us`.
  absl::Status DeleteBefore(int64_t time_us);

 private:
  struct Superseded {
    uint64_t segment = 0;
    int64_t time_us = 0;
    std::weak_ptr<const SealedSegment> handle;  // expired when nobody reads it
  };

  // The lowest number of a segment that is left when those that go are gone.
  uint64_t FirstKept(const std::function<bool(const Superseded&)>& goes) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  absl::Status AddSegment(EncodedSegment& encoded, rocksdb::WriteBatch& batch) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  absl::Status AddRest(SealBatch& from, rocksdb::WriteBatch& batch) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  absl::Status MarkReplayed(const std::vector<uint64_t>& letters, rocksdb::WriteBatch& batch) const;
  absl::Status Put(rocksdb::WriteBatch& batch, Family family, std::string_view key, std::string_view value) const;

  Database& database_;
  Catalog& catalog_;
  const int64_t bucket_hours_;

  Mutex mu_;
  uint64_t next_segment_ ABSL_GUARDED_BY(mu_) = 1;
  uint64_t next_dead_letter_ ABSL_GUARDED_BY(mu_) = 1;
  uint64_t removals_ ABSL_GUARDED_BY(mu_) = 0;
  std::vector<Superseded> superseded_ ABSL_GUARDED_BY(mu_);
};

}  // namespace faultline::store
