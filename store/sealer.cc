#include "store/sealer.h"

#include <utility>

namespace faultline::store {

Sealer::Sealer(PrimaryStore& store, int64_t sync_interval_ms)
    : store_(store), sync_interval_(sync_interval_ms), last_sync_(std::chrono::steady_clock::now()) {
  for (StreamPosition& position : store.Positions()) synced_.emplace(position.stream, position);
  written_ = synced_;
  thread_ = std::jthread([this] { Run(); });
}

Sealer::~Sealer() {
  {
    MutexLock lock(mu_);
    stop_ = true;
  }
  work_.notify_all();
  thread_.join();
  MutexLock lock(mu_);
  for (const SealBatch& batch : waiting_) store_.RemoveOpen(batch.segment.get());
}

absl::Status Sealer::Add(SealBatch batch) {
  MutexLock lock(mu_);
  while (waiting_.size() >= kMaxWaiting && status_.ok()) done_.wait(mu_);
  if (!status_.ok()) return status_;
  held_bytes_ += static_cast<int64_t>(batch.bytes());
  waiting_.push_back(std::move(batch));
  work_.notify_all();
  return absl::OkStatus();
}

absl::Status Sealer::Flush() {
  MutexLock lock(mu_);
  flush_ = true;
  work_.notify_all();
  while ((!waiting_.empty() || writing_ || unsynced_) && status_.ok()) done_.wait(mu_);
  flush_ = false;
  return status_;
}

absl::Status Sealer::status() const {
  MutexLock lock(mu_);
  return status_;
}

bool Sealer::IsFull() const {
  MutexLock lock(mu_);
  return waiting_.size() >= kMaxWaiting;
}

std::vector<StreamPosition> Sealer::SyncedPositions() const {
  MutexLock lock(mu_);
  std::vector<StreamPosition> positions;
  for (const auto& [stream, position] : synced_) positions.push_back(position);
  return positions;
}

bool Sealer::MustSync() const {
  if (!unsynced_) return false;
  if (flush_ && waiting_.empty()) return true;
  return std::chrono::steady_clock::now() - last_sync_ >= sync_interval_;
}

// Waits for work. False when there will be none any more; else `batch` is the
// next one, or without a segment when only a sync is due.
bool Sealer::Next(SealBatch& batch) {
  MutexLock lock(mu_);
  while (!stop_ && status_.ok() && waiting_.empty() && !MustSync()) {
    if (unsynced_) {
      work_.wait_until(mu_, last_sync_ + sync_interval_);
    } else {
      work_.wait(mu_);
    }
  }
  if (stop_ || !status_.ok()) return false;
  if (waiting_.empty()) return true;
  batch = std::move(waiting_.front());
  waiting_.pop_front();
  writing_ = true;
  return true;
}

void Sealer::Run() {
  for (;;) {
    SealBatch batch;
    if (!Next(batch)) return;
    done_.notify_all();
    if (batch.segment != nullptr) Write(batch);
    bool must_sync = false;
    {
      MutexLock lock(mu_);
      must_sync = status_.ok() && MustSync();
    }
    if (must_sync) Sync();
    done_.notify_all();
  }
}

void Sealer::Write(SealBatch& batch) {
  const auto begun = std::chrono::steady_clock::now();
  const auto held = static_cast<int64_t>(batch.bytes());
  const absl::Status status = store_.Commit(batch);
  held_bytes_ -= held;
  working_us_ +=
      std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - begun).count();
  if (!status.ok()) Fail(status);
  MutexLock lock(mu_);
  writing_ = false;
  if (!status.ok()) return;
  unsynced_ = true;
  for (StreamPosition& position : batch.positions) written_[position.stream] = std::move(position);
}

void Sealer::Sync() {
  std::map<std::string, StreamPosition> written;
  {
    MutexLock lock(mu_);
    written = written_;
    last_sync_ = std::chrono::steady_clock::now();
  }
  // fsync is never retried: after a failure nobody knows what is on the disk.
  if (const absl::Status status = store_.SyncWal(); !status.ok()) return Fail(status);
  MutexLock lock(mu_);
  synced_ = std::move(written);
  unsynced_ = false;
}

void Sealer::Fail(const absl::Status& status) {
  MutexLock lock(mu_);
  if (status_.ok()) status_ = status;
  has_failed_.store(true, std::memory_order_relaxed);
}

}  // namespace faultline::store
