// The event store: RocksDB with immutable segments (docs/store_format.md).
//
// Thread-safe. One process may have it open for writing; any number may follow
// it as secondaries.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "store/hyperloglog.h"
#include "store/record_outcome.h"
#include "store/segment.h"

namespace faultline::store {

class IdIndex;

struct StoreOptions {
  std::string path;
  int64_t block_cache_bytes = 64 << 20;
  int64_t filter_bytes = int64_t{2} << 30;  // memory for id filters; only said in the status when there are more
  int64_t max_disk_bytes = 0;               // SstFileManager limit; 0 means 80 % of what the file system holds
  int64_t retention_hours = 0;              // whole buckets of this age and older go; 0 keeps everything
  int64_t bucket_hours = 1;                 // 1 .. 24; segments of different buckets are never merged
  uint32_t merge_fan_in = 16;               // small segments merged at once
  bool background = true;                   // merging and retention in a thread of their own
  bool in_memory = false;                   // nothing touches a disk; `path` is only a name
  // Microseconds since the epoch that retention takes for the present; null: the clock. Called on the background
  // thread.
  std::function<int64_t()> now;
};

// What queries read: an immutable list. Segments ascend by base_sequence() and
// do not overlap; the last ones may be open.
struct View {
  std::vector<std::shared_ptr<const Segment>> segments;
  std::vector<StreamPosition> positions;
  uint64_t next_sequence = 0;
  std::shared_ptr<const IdIndex> id_index;  // of the first segments; may be null
  // Number of the last decision of people that this view follows, and of the last that changed which signature events
  // count as. 0: none.
  int64_t last_decision = 0;
  int64_t last_regrouping = 0;
};

struct AttemptsCell {
  int64_t minute = 0;
  std::string operation;
  std::array<std::string, kDimensions> dimensions;
  int64_t count = 0;
};

// What is known of one dimension or of signatures, and what came beyond its limit (store/value_limits.h).
struct OtherValues {
  std::string what;  // DimensionName() or "signature"
  int64_t limit = 0, known = 0;
  int64_t events = 0;    // that count as others
  HyperLogLog distinct;  // values that they had
};

struct StoredDeadLetter {
  uint64_t number = 0;  // ascending, never reused
  std::string stream, label;
  int64_t offset = 0;
  DeadLetter letter;
  int64_t replayed_us = 0;  // when the record came again and was taken; 0: not yet
};

class Store {
 public:
  // Opens or creates. Errors: FailedPrecondition when the format is newer than
  // this program or another process has it open for writing; DataLoss when a
  // checksum fails; otherwise RocksDB's error with the path.
  static absl::StatusOr<std::unique_ptr<Store>> Open(const StoreOptions& options);
  // Follows a store that another process may be writing. `scratch_path` holds
  // RocksDB's own log; the caller removes it. NotFound: no store; Unavailable: a writer just makes it.
  static absl::StatusOr<std::unique_ptr<Store>> OpenSecondary(const StoreOptions& options,
                                                              const std::string& scratch_path);
  virtual ~Store() = default;

  // What can be read now. For a secondary: as of the last CatchUp().
  virtual std::shared_ptr<const View> view() const = 0;
  // Secondary only: takes over what the writer has sealed since. No-op otherwise.
  virtual absl::Status CatchUp() = 0;

  virtual std::vector<StreamPosition> Positions() const = 0;
  virtual absl::StatusOr<std::optional<SignatureDefinition>> FindSignature(uint64_t signature) const = 0;
  // Cells of minutes [first_minute, end_minute), ascending by minute.
  virtual absl::StatusOr<std::vector<AttemptsCell>> ReadAttempts(int64_t first_minute, int64_t end_minute) const = 0;
  // At most `limit` dead letters with number > `after`, ascending.
  virtual absl::StatusOr<std::vector<StoredDeadLetter>> ReadDeadLetters(uint64_t after, size_t limit) const = 0;

  // By name; those that a writer never said anything of are left out.
  virtual absl::StatusOr<std::vector<OtherValues>> ReadOther() const { return std::vector<OtherValues>(); }

  // Merges small segments, drops old buckets. What the background thread does.
  virtual absl::Status Maintain() = 0;
  // Flush and compact: the smallest the store gets.
  virtual absl::Status Settle() = 0;
  // Stops the background thread and closes RocksDB. Idempotent.
  virtual absl::Status Close() = 0;

  struct Size {
    int64_t disk_bytes = 0;
    int64_t segments = 0;
    int64_t events = 0;
    // Of memory.
    int64_t block_cache_bytes = 0, block_cache_limit_bytes = 0;  // memtables are charged to it
    int64_t filter_bytes = 0;
  };
  virtual absl::StatusOr<Size> MeasureSize() const = 0;
  virtual const StoreOptions& options() const = 0;
};

}  // namespace faultline::store
