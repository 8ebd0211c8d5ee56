// RocksDB with the store's column families, opened to write or to follow.
//
// Thread-safe.
#pragma once

#include <rocksdb/db.h>
#include <rocksdb/write_batch.h>

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "store/decoded_cache.h"
#include "store/rocksdb_options.h"
#include "store/store.h"

namespace faultline::store {

// Keys of the family "meta". All values are NumberValue()s.
inline constexpr std::string_view kMetaFormat = "format";
inline constexpr std::string_view kMetaNextSegment = "next_segment";
inline constexpr std::string_view kMetaNextSequence = "next_sequence";
inline constexpr std::string_view kMetaNextDeadLetter = "next_dead_letter";
// Counts what took segments away, so that a secondary knows when to look.
inline constexpr std::string_view kMetaRemovals = "removals";
inline constexpr std::string_view kMetaOther = "other/";  // and a name: store/value_limits.h

class Database {
 public:
  // See Store::Open and Store::OpenSecondary.
  static absl::StatusOr<std::unique_ptr<Database>> Open(const StoreOptions& options);
  static absl::StatusOr<std::unique_ptr<Database>> OpenSecondary(const StoreOptions& options,
                                                                 const std::string& scratch_path);
  ~Database();

  rocksdb::ColumnFamilyHandle* family(Family family) const { return families_[static_cast<size_t>(family)]; }

  // NotFound when there is none.
  absl::Status Get(Family family, std::string_view key, rocksdb::PinnableSlice& value) const;
  // The number under `key` of "meta", `otherwise` when there is none.
  absl::StatusOr<uint64_t> GetNumber(std::string_view key, uint64_t otherwise) const;
  // Calls `visit` for keys [begin, end) in order (an empty end has no bound) until
  // it returns false or an error.
  absl::Status ForEach(
      Family family, std::string_view begin, std::string_view end,
      const std::function<absl::StatusOr<bool>(std::string_view key, std::string_view value)>& visit) const;

  absl::Status Write(rocksdb::WriteBatch& batch);
  absl::Status SyncWal();
  absl::Status Flush();
  // Flushes, and rewrites what holds deleted keys.
  absl::Status Compact();
  // Secondary only.
  absl::Status CatchUp();
  // Flushes and closes. Idempotent. Nothing may be read any more.
  absl::Status Close();

  const std::string& path() const { return path_; }
  // Deletes the tables that hold nothing but keys below `end`, which nobody may read any more. Keys in tables that hold
  // others, and in the newest ones, stay.
  absl::Status DropTablesBelow(Family from, std::string_view end);
  // Bytes of all files, or of the tables and memtables when in memory.
  absl::StatusOr<int64_t> MeasureBytes() const;
  struct CacheUse {
    int64_t bytes = 0, limit_bytes = 0;
  };
  // Shares its memory with the block cache.
  const DecodedCache& decoded() const { return *decoded_; }
  // Memory of the block cache, memtables and decoded parts among it. 0 when closed.
  CacheUse MeasureBlockCache() const;

 private:
  Database(const StoreOptions& options, bool secondary);
  absl::Status OpenDb(const StoreOptions& options, const std::string& scratch_path);
  // Checks the format, or writes it into a new store.
  absl::Status CheckFormat();
  std::string What(std::string_view verb) const;
  absl::Status BeingMade() const;

  const std::string path_;
  const bool in_memory_;
  const bool secondary_;
  std::unique_ptr<DecodedCache> decoded_;
  std::unique_ptr<rocksdb::Env> memory_env_;
  std::unique_ptr<rocksdb::DB> db_;
  std::array<rocksdb::ColumnFamilyHandle*, kFamilies> families_{};
};

}  // namespace faultline::store
