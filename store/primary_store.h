// The store as its writer has it: RocksDB, the catalog of segments, and a thread
// that merges and drops.
//
// Thread-safe.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/mutex.h"
#include "store/catalog.h"
#include "store/committer.h"
#include "store/database.h"
#include "store/seal_batch.h"
#include "store/store.h"
#include "store/store_reader.h"

namespace faultline::store {

class PrimaryStore final : public Store {
 public:
  // See Store::Open.
  static absl::StatusOr<std::unique_ptr<PrimaryStore>> Open(const StoreOptions& options);
  ~PrimaryStore() override;

  std::shared_ptr<const View> view() const override { return catalog_.view(); }
  absl::Status CatchUp() override { return absl::OkStatus(); }
  std::vector<StreamPosition> Positions() const override { return catalog_.positions(); }
  absl::StatusOr<std::optional<SignatureDefinition>> FindSignature(uint64_t signature) const override;
  absl::StatusOr<std::vector<OtherValues>> ReadOther() const override { return ReadOtherValues(*database_); }
  absl::StatusOr<std::vector<AttemptsCell>> ReadAttempts(int64_t first_minute, int64_t end_minute) const override;
  absl::StatusOr<std::vector<StoredDeadLetter>> ReadDeadLetters(uint64_t after, size_t limit) const override;
  absl::Status Maintain() override;
  absl::Status Settle() override;
  absl::Status Close() override;
  absl::StatusOr<Size> MeasureSize() const override;
  const StoreOptions& options() const override { return options_; }

  // The rest is for the writer.

  // Errors: FailedPrecondition when there is a writer already or the store is closed.
  absl::Status ClaimWriter();
  void ReleaseWriter();
  // Every signature that has a definition.
  absl::StatusOr<std::vector<uint64_t>> SignatureNumbers() const;
  void AddOpen(std::shared_ptr<const OpenSegment> segment) { catalog_.AddOpen(std::move(segment)); }
  // Takes away an open segment that will not be sealed.
  void RemoveOpen(const OpenSegment* segment) { catalog_.Seal(segment, nullptr, {}); }
  // Makes a definition findable before it is written.
  void AddPendingSignature(const SignatureDefinition& definition);
  // See Committer::Commit.
  absl::Status Commit(SealBatch& batch);
  absl::Status SyncWal() { return database_->SyncWal(); }

 private:
  PrimaryStore(const StoreOptions& options, std::unique_ptr<Database> database);
  // For a while; whether there is more to merge.
  absl::StatusOr<bool> MergeSmallSegments() ABSL_EXCLUSIVE_LOCKS_REQUIRED(maintain_mu_);
  void Run();

  const StoreOptions options_;
  const std::unique_ptr<Database> database_;
  Catalog catalog_;
  Committer committer_;

  Mutex maintain_mu_;  // held by the one Maintain or Settle

  mutable Mutex pending_mu_;
  std::unordered_map<uint64_t, SignatureDefinition> pending_signatures_ ABSL_GUARDED_BY(pending_mu_);

  Mutex state_mu_;
  CondVar stopped_;
  bool stop_ ABSL_GUARDED_BY(state_mu_) = false;
  bool closed_ ABSL_GUARDED_BY(state_mu_) = false;
  bool has_writer_ ABSL_GUARDED_BY(state_mu_) = false;

  std::jthread thread_;
};

}  // namespace faultline::store
