#include "store/rocksdb_options.h"

#include <rocksdb/cache.h>
#include <rocksdb/convenience.h>
#include <rocksdb/sst_file_manager.h>
#include <rocksdb/table.h>
#include <rocksdb/write_buffer_manager.h>

#include <algorithm>

#include "base/status_macros.h"
#include "store/attempts_merge.h"
#include "store/disk_limit.h"
#include "store/rocksdb_log.h"

namespace faultline::store {
namespace {

constexpr size_t kSegmentsMemtableBytes = 32 << 20;
constexpr size_t kOtherMemtableBytes = 4 << 20;
constexpr size_t kAllMemtablesBytes = 96 << 20;

rocksdb::CompressionType BestCompression() {
  const auto supported = rocksdb::GetSupportedCompressions();
  for (const auto type : {rocksdb::kZSTD, rocksdb::kLZ4Compression}) {
    if (std::find(supported.begin(), supported.end(), type) != supported.end()) return type;
  }
  return rocksdb::kNoCompression;
}

}  // namespace

const char* FamilyName(Family family) {
  static constexpr const char* kNames[kFamilies] = {"default",   "meta",       "manifests", "segments",
                                                    "positions", "signatures", "attempts",  "dead_letters"};
  return kNames[static_cast<size_t>(family)];
}

std::shared_ptr<rocksdb::Cache> MakeCache(const StoreOptions& options) {
  return rocksdb::NewLRUCache(static_cast<size_t>(options.block_cache_bytes) + kAllMemtablesBytes);
}

absl::StatusOr<rocksdb::DBOptions> MakeDbOptions(const StoreOptions& options,
                                                 const std::shared_ptr<rocksdb::Cache>& cache) {
  rocksdb::DBOptions db;
  db.create_if_missing = true;
  db.create_missing_column_families = true;
  db.paranoid_checks = true;
  db.max_background_jobs = 2;  // one flush, one compaction
  db.max_open_files = -1;
  db.max_total_wal_size = 128 << 20;
  db.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
  // Two bugs of 7.8.3: false corruption with SyncWAL, and lost flushes.
  db.track_and_verify_wals_in_manifest = false;
  db.atomic_flush = false;
  db.info_log = MakeRocksDbLog(options.path);
  db.write_buffer_manager = std::make_shared<rocksdb::WriteBufferManager>(kAllMemtablesBytes, cache);
  db.stats_dump_period_sec = 0;
  db.stats_persist_period_sec = 0;
  db.max_manifest_file_size = 8 << 20;
  if (options.in_memory) return db;
  ASSIGN_OR_RETURN(const int64_t limit, DiskLimit(options));
  db.sst_file_manager.reset(rocksdb::NewSstFileManager(db.env));
  db.sst_file_manager->SetMaxAllowedSpaceUsage(static_cast<uint64_t>(limit));
  return db;
}

rocksdb::ColumnFamilyOptions MakeFamilyOptions(Family family, const std::shared_ptr<rocksdb::Cache>& cache) {
  const bool segments = family == Family::kSegments;
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = cache;
  table.checksum = rocksdb::kXXH3;
  table.format_version = 5;
  rocksdb::ColumnFamilyOptions result;
  result.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  result.write_buffer_size = segments ? kSegmentsMemtableBytes : kOtherMemtableBytes;
  result.arena_block_size = segments ? 1 << 20 : 64 << 10;
  // Segments are compressed column by column before they come here.
  result.compression = segments ? rocksdb::kNoCompression : BestCompression();
  result.level_compaction_dynamic_level_bytes = true;
  result.target_file_size_base = 64 << 20;
  result.max_bytes_for_level_base = 256 << 20;
  result.ttl = 0;  // age is no reason to write a table again
  if (family == Family::kAttempts) result.merge_operator = MakeAttemptsMerge();
  return result;
}

}  // namespace faultline::store
