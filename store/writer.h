// The one writer of a store: record outcomes in, sealed segments and positions
// out, all of one segment in a single RocksDB write batch.
//
// Threads: everything belongs to one thread (the pipeline's) but
// SyncedPositions, which may be called from any.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "store/record_outcome.h"

namespace faultline::store {

class Store;

struct WriterOptions {
  uint32_t max_segment_events = 65'535;  // 1 .. kMaxSegmentEvents
  int64_t max_segment_bytes = 32 << 20;  // held by an open segment: text, dead letters and attempts
  int64_t seal_interval_ms = 500;        // a non-empty open segment is sealed when this old
  int64_t sync_interval_ms = 1'000;      // SyncWAL at most this often
  // What the store may know (store/value_limits.h); both >= 1.
  int64_t max_signatures = 1'000'000;
  int64_t max_values = 100'000;  // of each dimension
};

class Writer {
 public:
  // `store` must be open for writing and outlive the writer; it has one writer
  // at a time. Starts the sealing thread.
  static absl::StatusOr<std::unique_ptr<Writer>> Start(const WriterOptions& options, Store& store);
  // Drops what is unsealed: call Close() to keep it.
  virtual ~Writer() = default;

  // Registers a stream and returns its number. `position` is where it stands:
  // taken from the store when it has one of that name (then only the label is
  // taken from `position`), else as given. Increments the epoch.
  virtual uint32_t AddStream(const StreamPosition& position) = 0;
  // The position of a stream by name, registered or not; nullopt when the store
  // has never heard of it.
  virtual std::optional<StreamPosition> FindStream(std::string_view stream) const = 0;
  // Makes a registered stream start again at `next_offset`, with no last
  // record and the epoch incremented; totals are kept. For a topic that was
  // re-created and whose operator said to go on.
  virtual void ResetStream(uint32_t stream, int64_t next_offset) = 0;
  // Where `stream` will be once everything added is sealed.
  virtual StreamPosition PositionOf(uint32_t stream) const = 0;

  // Whether a record at `offset` of a registered stream was stored before, so
  // that Add would count it as repeats.
  virtual bool IsRepeat(uint32_t stream, int64_t offset) const = 0;

  enum class LetterState : uint8_t {
    kUnknown,   // this store has no such dead letter (any more)
    kWaiting,   // it has, and it was not replayed
    kReplayed,  // it has, and the record came again and was taken
  };
  // Of a dead letter, by its number, stream and offset.
  virtual absl::StatusOr<LetterState> StateOf(const LetterName& letter) const = 0;

  // Takes one record's outcome. A record below the stream's position is
  // counted as repeats (one per event, attempts and dead letter in it) and
  // dropped; so is one that replays a dead letter which was replayed before, though the position
  // moves behind it. Waiting letters that it replays are marked in the batch that holds its events. The events are
  // queryable on return. Blocks while two segments wait to be sealed. Errors: the first error of the sealing thread,
  // for ever.
  virtual absl::Status Add(const RecordOutcome& outcome) = 0;
  // Makes a signature known; repeated calls are cheap. Written with the next segment. Beyond
  // WriterOptions::max_signatures it is dropped: events that have it count as others.
  virtual void AddSignature(const SignatureDefinition& definition) = 0;
  virtual bool HasSignature(uint64_t signature) const = 0;
  // Whether AddSignature would do something.
  virtual bool WantsSignature(uint64_t signature) const = 0;

  // Seals if the open segment is old enough. Call it at least every 100 ms.
  virtual absl::Status Tick() = 0;
  // Seals and waits until everything added is in the store and synced.
  virtual absl::Status Flush() = 0;
  // Flush, then stop the thread. Idempotent.
  virtual absl::Status Close() = 0;

  // Positions that a power cut would keep, for commits to Kafka. Thread-safe.
  virtual std::vector<StreamPosition> SyncedPositions() const = 0;
  // Whether Add would block now.
  virtual bool Busy() const = 0;
  // Wall time for which segments have been encoded and written since Start. Thread-safe.
  virtual int64_t SealingMicros() const = 0;
  struct Memory {
    int64_t bytes = 0, limit_bytes = 0;
  };
  // What was added and is not in the store yet; Add blocks rather than go far beyond the limit. Thread-safe.
  virtual Memory MeasureMemory() const = 0;
};

}  // namespace faultline::store
