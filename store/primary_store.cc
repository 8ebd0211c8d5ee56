#include "store/primary_store.h"

#include <chrono>

#include "absl/strings/str_cat.h"
#include "base/log.h"
#include "base/status_macros.h"
#include "base/timestamp.h"
#include "store/keys.h"
#include "store/retention.h"
#include "store/segment_merger.h"
#include "store/store_reader.h"

namespace faultline::store {
namespace {

constexpr std::chrono::seconds kMaintainInterval{2};
constexpr std::chrono::seconds kMergeSlice{1};

}  // namespace

PrimaryStore::PrimaryStore(const StoreOptions& options, std::unique_ptr<Database> database)
    : options_(options), database_(std::move(database)), committer_(*database_, catalog_, options.bucket_hours) {}

absl::StatusOr<std::unique_ptr<PrimaryStore>> PrimaryStore::Open(const StoreOptions& options) {
  ASSIGN_OR_RETURN(std::unique_ptr<Database> database, Database::Open(options));
  std::unique_ptr<PrimaryStore> store(new PrimaryStore(options, std::move(database)));
  RETURN_IF_ERROR(store->committer_.Load());
  if (options.background) store->thread_ = std::jthread([s = store.get()] { s->Run(); });
  return store;
}

PrimaryStore::~PrimaryStore() {
  // Without Close() nothing more is written, as after a crash.
  {
    MutexLock lock(state_mu_);
    stop_ = true;
  }
  stopped_.notify_all();
  if (thread_.joinable()) thread_.join();
}

absl::StatusOr<std::optional<SignatureDefinition>> PrimaryStore::FindSignature(uint64_t signature) const {
  {
    MutexLock lock(pending_mu_);
    const auto pending = pending_signatures_.find(signature);
    if (pending != pending_signatures_.end()) return std::optional<SignatureDefinition>(pending->second);
  }
  return ReadSignature(*database_, signature);
}

absl::StatusOr<std::vector<AttemptsCell>> PrimaryStore::ReadAttempts(int64_t first_minute, int64_t end_minute) const {
  return ReadAttemptsCells(*database_, first_minute, end_minute);
}

absl::StatusOr<std::vector<StoredDeadLetter>> PrimaryStore::ReadDeadLetters(uint64_t after, size_t limit) const {
  return ReadLetters(*database_, after, limit);
}

absl::StatusOr<std::vector<uint64_t>> PrimaryStore::SignatureNumbers() const {
  std::vector<uint64_t> numbers;
  RETURN_IF_ERROR(database_->ForEach(Family::kSignatures, "", "",
                                     [&](std::string_view key, std::string_view) -> absl::StatusOr<bool> {
                                       numbers.push_back(ParseNumberKey(key).value_or(0));
                                       return true;
                                     }));
  return numbers;
}

void PrimaryStore::AddPendingSignature(const SignatureDefinition& definition) {
  MutexLock lock(pending_mu_);
  pending_signatures_.emplace(definition.signature, definition);
}

absl::Status PrimaryStore::Commit(SealBatch& batch) {
  RETURN_IF_ERROR(committer_.Commit(batch));
  if (batch.signatures.empty()) return absl::OkStatus();
  MutexLock lock(pending_mu_);
  for (const SignatureDefinition& definition : batch.signatures) pending_signatures_.erase(definition.signature);
  return absl::OkStatus();
}

absl::Status PrimaryStore::ClaimWriter() {
  MutexLock lock(state_mu_);
  if (closed_) return absl::FailedPreconditionError(absl::StrCat("the store ", options_.path, " is closed"));
  if (has_writer_) return absl::FailedPreconditionError(absl::StrCat("the store ", options_.path, " has a writer"));
  has_writer_ = true;
  return absl::OkStatus();
}

void PrimaryStore::ReleaseWriter() {
  MutexLock lock(state_mu_);
  has_writer_ = false;
}

absl::StatusOr<bool> PrimaryStore::MergeSmallSegments() {
  const auto end = std::chrono::steady_clock::now() + kMergeSlice;
  do {
    {
      MutexLock lock(state_mu_);
      if (stop_) return false;
    }
    const std::vector<Catalog::Sealed> run = PickMerge(catalog_.sealed(), options_.merge_fan_in);
    if (run.empty()) return false;
    RETURN_IF_ERROR(MergeSegments(run, options_.bucket_hours, committer_));
  } while (std::chrono::steady_clock::now() < end);
  return true;
}

absl::Status PrimaryStore::Maintain() {
  MutexLock lock(maintain_mu_);
  // What is old goes between the merges too: while much is written, there is always something to merge.
  for (bool more = true; more;) {
    RETURN_IF_ERROR(DropOldBuckets(options_, options_.now ? options_.now() : NowMicros(), catalog_, committer_));
    ASSIGN_OR_RETURN(more, MergeSmallSegments());
    RETURN_IF_ERROR(committer_.DeleteSuperseded(/*at_once=*/false));
  }
  return absl::OkStatus();
}

absl::Status PrimaryStore::Settle() {
  RETURN_IF_ERROR(Maintain());
  MutexLock lock(maintain_mu_);
  RETURN_IF_ERROR(committer_.DeleteSuperseded(/*at_once=*/true));
  return database_->Compact();
}

absl::Status PrimaryStore::Close() {
  {
    MutexLock lock(state_mu_);
    if (closed_) return absl::OkStatus();
    closed_ = stop_ = true;
  }
  stopped_.notify_all();
  if (thread_.joinable()) thread_.join();
  const absl::Status deleted = committer_.DeleteSuperseded(/*at_once=*/true);
  const absl::Status closed = database_->Close();
  return closed.ok() ? deleted : closed;
}

absl::StatusOr<Store::Size> PrimaryStore::MeasureSize() const {
  Size size = catalog_.CountSealed();
  const Database::CacheUse cache = database_->MeasureBlockCache();
  size.block_cache_bytes = cache.bytes;
  size.block_cache_limit_bytes = cache.limit_bytes;
  ASSIGN_OR_RETURN(size.disk_bytes, database_->MeasureBytes());
  return size;
}

void PrimaryStore::Run() {
  for (;;) {
    {
      MutexLock lock(state_mu_);
      const auto due = std::chrono::steady_clock::now() + kMaintainInterval;
      while (!stop_ && std::chrono::steady_clock::now() < due) stopped_.wait_until(state_mu_, due);
      if (stop_) return;
    }
    const absl::Status status = Maintain();
    // The writer meets the same trouble and stops; merging may come later.
    if (!status.ok()) LogError("store maintenance failed", {{"path", options_.path}, {"error", status}});
  }
}

}  // namespace faultline::store
