#include "store/secondary_store.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "store/store_reader.h"

namespace faultline::store {
namespace {

// The writer may delete a file between our listing it and our opening it.
constexpr int kCatchUpAttempts = 3;

}  // namespace

absl::StatusOr<std::unique_ptr<SecondaryStore>> SecondaryStore::Open(const StoreOptions& options,
                                                                     const std::string& scratch_path) {
  ASSIGN_OR_RETURN(std::unique_ptr<Database> database, Database::OpenSecondary(options, scratch_path));
  std::unique_ptr<SecondaryStore> store(new SecondaryStore(options, std::move(database)));
  RETURN_IF_ERROR(store->CatchUp());
  return store;
}

absl::Status SecondaryStore::CatchUp() {
  MutexLock lock(mu_);
  if (closed_) return absl::FailedPreconditionError(absl::StrCat("the store ", options_.path, " is closed"));
  absl::Status status;
  for (int attempt = 0; attempt < kCatchUpAttempts; ++attempt) {
    status = database_->CatchUp();
    if (status.ok()) return Reload();
  }
  return status;
}

// Numbers of segments only grow: new ones are behind the last known one. Only a
// removal makes it look at all of them again.
absl::Status SecondaryStore::Reload() {
  ASSIGN_OR_RETURN(const uint64_t removals, database_->GetNumber(kMetaRemovals, 0));
  ASSIGN_OR_RETURN(const uint64_t next_sequence, database_->GetNumber(kMetaNextSequence, 0));
  ASSIGN_OR_RETURN(std::vector<StreamPosition> positions, ReadPositions(*database_));
  const uint64_t first = removals != removals_ || segments_.empty() ? 0 : segments_.rbegin()->first + 1;
  ASSIGN_OR_RETURN(std::vector<v1::SegmentManifest> manifests, ReadManifests(*database_, first));
  std::map<uint64_t, Catalog::Sealed> known;
  if (first == 0) {
    known.swap(segments_);
  }
  for (v1::SegmentManifest& manifest : manifests) {
    if (manifest.superseded_time_us() != 0) continue;
    const uint64_t number = manifest.segment();
    const auto old = known.find(number);
    if (old != known.end()) {
      segments_.insert(*old);
      continue;
    }
    ASSIGN_OR_RETURN(segments_[number], SealedSegment::Open(*database_, std::move(manifest)));
  }
  removals_ = removals;
  std::vector<Catalog::Sealed> segments;
  for (const auto& [number, segment] : segments_) segments.push_back(segment);
  RETURN_IF_ERROR(CheckOrder(segments, next_sequence, options_.path));
  catalog_.Load(std::move(segments), std::move(positions), next_sequence);
  return absl::OkStatus();
}

absl::StatusOr<std::optional<SignatureDefinition>> SecondaryStore::FindSignature(uint64_t signature) const {
  return ReadSignature(*database_, signature);
}

absl::StatusOr<std::vector<AttemptsCell>> SecondaryStore::ReadAttempts(int64_t first_minute, int64_t end_minute) const {
  return ReadAttemptsCells(*database_, first_minute, end_minute);
}

absl::StatusOr<std::vector<StoredDeadLetter>> SecondaryStore::ReadDeadLetters(uint64_t after, size_t limit) const {
  return ReadLetters(*database_, after, limit);
}

absl::Status SecondaryStore::Close() {
  MutexLock lock(mu_);
  if (closed_) return absl::OkStatus();
  closed_ = true;
  return database_->Close();
}

absl::StatusOr<Store::Size> SecondaryStore::MeasureSize() const {
  Size size = catalog_.CountSealed();
  const Database::CacheUse cache = database_->MeasureBlockCache();
  size.block_cache_bytes = cache.bytes;
  size.block_cache_limit_bytes = cache.limit_bytes;
  ASSIGN_OR_RETURN(size.disk_bytes, database_->MeasureBytes());
  return size;
}

}  // namespace faultline::store
