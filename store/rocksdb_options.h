// How RocksDB is set up for large, write-once values under ascending keys.
#pragma once

#include <rocksdb/options.h>

#include <memory>

#include "absl/status/statusor.h"
#include "store/store.h"

namespace faultline::store {

// Column families, in the order in which they are opened.
enum class Family : uint8_t {
  kDefault = 0,  // RocksDB insists on it; empty
  kMeta = 1,
  kManifests = 2,
  kSegments = 3,
  kPositions = 4,
  kSignatures = 5,
  kAttempts = 6,
  kDeadLetters = 7,
};
inline constexpr int kFamilies = 8;

const char* FamilyName(Family family);

// Errors: FailedPrecondition when the disk's size cannot be told.
absl::StatusOr<rocksdb::DBOptions> MakeDbOptions(const StoreOptions& options,
                                                 const std::shared_ptr<rocksdb::Cache>& cache);
rocksdb::ColumnFamilyOptions MakeFamilyOptions(Family family, const std::shared_ptr<rocksdb::Cache>& cache);
// One cache for blocks and memtables together.
std::shared_ptr<rocksdb::Cache> MakeCache(const StoreOptions& options);

}  // namespace faultline::store
