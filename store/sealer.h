// The thread that encodes full segments, writes them, and syncs the WAL.
//
// Thread-safe. Batches are written in the order in which they were added.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "base/mutex.h"
#include "store/primary_store.h"
#include "store/seal_batch.h"

namespace faultline::store {

class Sealer {
 public:
  // `store` must outlive the sealer. Starts the thread.
  Sealer(PrimaryStore& store, int64_t sync_interval_ms);
  // Stops after the batch that is being written; drops the others.
  ~Sealer();

  // Blocks while kMaxWaiting batches wait. Errors: the first error of the thread.
  absl::Status Add(SealBatch batch);
  // Waits until everything added is written and synced.
  absl::Status Flush();
  // The first error of the thread, OK while there is none.
  absl::Status status() const;
  // Whether status() is an error; cheap enough to ask for every record.
  bool HasFailed() const { return has_failed_.load(std::memory_order_relaxed); }
  bool IsFull() const;
  // Wall time that the thread has encoded and written for.
  int64_t working_us() const { return working_us_.load(std::memory_order_relaxed); }
  std::vector<StreamPosition> SyncedPositions() const;
  // Memory of the batches that wait or are being written.
  int64_t held_bytes() const { return held_bytes_.load(std::memory_order_relaxed); }

  static constexpr size_t kMaxWaiting = 2;

 private:
  void Run();
  bool Next(SealBatch& batch);
  bool MustSync() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void Write(SealBatch& batch);
  void Sync();
  void Fail(const absl::Status& status);

  PrimaryStore& store_;
  const std::chrono::milliseconds sync_interval_;

  std::atomic<bool> has_failed_{false};
  std::atomic<int64_t> working_us_{0}, held_bytes_{0};
  mutable Mutex mu_;
  CondVar work_;  // for the thread
  CondVar done_;  // for Add and Flush
  std::deque<SealBatch> waiting_ ABSL_GUARDED_BY(mu_);
  bool writing_ ABSL_GUARDED_BY(mu_) = false;
  bool flush_ ABSL_GUARDED_BY(mu_) = false;
  bool stop_ ABSL_GUARDED_BY(mu_) = false;
  bool unsynced_ ABSL_GUARDED_BY(mu_) = false;
  absl::Status status_ ABSL_GUARDED_BY(mu_);
  std::chrono::steady_clock::time_point last_sync_ ABSL_GUARDED_BY(mu_);
  std::map<std::string, StreamPosition> written_ ABSL_GUARDED_BY(mu_);
  std::map<std::string, StreamPosition> synced_ ABSL_GUARDED_BY(mu_);

  std::jthread thread_;
};

}  // namespace faultline::store
