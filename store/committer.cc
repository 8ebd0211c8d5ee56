#include "store/committer.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "base/timestamp.h"
#include "store/keys.h"
#include "store/records.h"
#include "store/rocksdb_status.h"
#include "store/store_reader.h"

namespace faultline::store {
namespace {

constexpr int64_t kMinuteMicros = 60'000'000;

}  // namespace

absl::Status Committer::Put(rocksdb::WriteBatch& batch, Family family, std::string_view key,
                            std::string_view value) const {
  return FromRocksDb(batch.Put(database_.family(family), ToSlice(key), ToSlice(value)), "write batch");
}

absl::Status Committer::Load() {
  MutexLock lock(mu_);
  ASSIGN_OR_RETURN(next_segment_, database_.GetNumber(kMetaNextSegment, 1));
  ASSIGN_OR_RETURN(next_dead_letter_, database_.GetNumber(kMetaNextDeadLetter, 1));
  ASSIGN_OR_RETURN(removals_, database_.GetNumber(kMetaRemovals, 0));
  ASSIGN_OR_RETURN(const uint64_t next_sequence, database_.GetNumber(kMetaNextSequence, 0));
  ASSIGN_OR_RETURN(std::vector<StreamPosition> positions, ReadPositions(database_));
  ASSIGN_OR_RETURN(std::vector<v1::SegmentManifest> manifests, ReadManifests(database_, 0));
  std::vector<Catalog::Sealed> segments;
  for (v1::SegmentManifest& manifest : manifests) {
    if (manifest.superseded_time_us() != 0) {
      superseded_.push_back({manifest.segment(), manifest.superseded_time_us(), {}});
      continue;
    }
    ASSIGN_OR_RETURN(segments.emplace_back(), SealedSegment::Open(database_, std::move(manifest)));
  }
  RETURN_IF_ERROR(CheckOrder(segments, next_sequence, database_.path()));
  catalog_.Load(std::move(segments), std::move(positions), next_sequence);
  return absl::OkStatus();
}

absl::Status Committer::AddSegment(EncodedSegment& encoded, rocksdb::WriteBatch& batch) {
  v1::SegmentManifest& manifest = encoded.manifest;
  manifest.set_segment(next_segment_);
  manifest.set_sealed_time_us(NowMicros());
  for (const SegmentPart& part : encoded.parts) {
    RETURN_IF_ERROR(
        Put(batch, Family::kSegments, PartKey(next_segment_, part.part, part.kind, part.index), part.value));
  }
  RETURN_IF_ERROR(Put(batch, Family::kManifests, NumberKey(next_segment_), manifest.SerializeAsString()));
  return Put(batch, Family::kMeta, kMetaNextSegment, NumberValue(next_segment_ + 1));
}

absl::Status Committer::AddRest(SealBatch& from, rocksdb::WriteBatch& batch) {
  for (const StreamPosition& position : from.positions) {
    RETURN_IF_ERROR(Put(batch, Family::kPositions, position.stream, EncodePosition(position)));
  }
  for (const SignatureDefinition& definition : from.signatures) {
    RETURN_IF_ERROR(Put(batch, Family::kSignatures, NumberKey(definition.signature), EncodeSignature(definition)));
  }
  for (const auto& [key, count] : from.attempts) {
    RETURN_IF_ERROR(
        FromRocksDb(batch.Merge(database_.family(Family::kAttempts), key, NumberValue(count)), "write batch"));
  }
  uint64_t number = next_dead_letter_;
  for (const StoredDeadLetter& letter : from.dead_letters) {
    RETURN_IF_ERROR(Put(batch, Family::kDeadLetters, NumberKey(number++), EncodeDeadLetter(letter)));
  }
  for (const auto& [name, value] : from.other) {
    RETURN_IF_ERROR(Put(batch, Family::kMeta, absl::StrCat(std::string(kMetaOther), name), value));
  }
  RETURN_IF_ERROR(MarkReplayed(from.replayed, batch));
  if (number == next_dead_letter_) return absl::OkStatus();
  return Put(batch, Family::kMeta, kMetaNextDeadLetter, NumberValue(number));
}

absl::Status Committer::MarkReplayed(const std::vector<uint64_t>& letters, rocksdb::WriteBatch& batch) const {
  for (const uint64_t number : letters) {
    rocksdb::PinnableSlice value;
    const absl::Status found = database_.Get(Family::kDeadLetters, NumberKey(number), value);
    if (absl::IsNotFound(found)) continue;  // retention was first
    RETURN_IF_ERROR(found);
    ASSIGN_OR_RETURN(StoredDeadLetter letter, DecodeDeadLetter(number, {value.data(), value.size()}));
    letter.replayed_us = NowMicros();
    RETURN_IF_ERROR(Put(batch, Family::kDeadLetters, NumberKey(number), EncodeDeadLetter(letter)));
  }
  return absl::OkStatus();
}

absl::Status Committer::Commit(SealBatch& from) {
  const uint32_t events = from.segment->size();
  EncodedSegment encoded;
  if (events > 0) encoded = EncodeSegment(*from.segment, bucket_hours_);
  rocksdb::WriteBatch batch;
  Catalog::Sealed sealed;
  {
    MutexLock lock(mu_);
    if (events > 0) {
      RETURN_IF_ERROR(AddSegment(encoded, batch));
      RETURN_IF_ERROR(
          Put(batch, Family::kMeta, kMetaNextSequence, NumberValue(from.segment->base_sequence() + events)));
    }
    RETURN_IF_ERROR(AddRest(from, batch));
    RETURN_IF_ERROR(database_.Write(batch));
    if (events > 0) ++next_segment_;
    next_dead_letter_ += from.dead_letters.size();
  }
  if (events > 0) {
    ASSIGN_OR_RETURN(sealed, SealedSegment::Open(database_, std::move(encoded.manifest)));
  }
  catalog_.Seal(from.segment.get(), std::move(sealed), from.positions);
  return absl::OkStatus();
}

absl::Status Committer::Replace(const std::vector<Catalog::Sealed>& gone, EncodedSegment* merged) {
  rocksdb::WriteBatch batch;
  const int64_t now_us = NowMicros();
  MutexLock lock(mu_);
  for (const Catalog::Sealed& segment : gone) {
    v1::SegmentManifest manifest = segment->manifest();
    manifest.set_superseded_time_us(now_us);
    RETURN_IF_ERROR(Put(batch, Family::kManifests, NumberKey(manifest.segment()), manifest.SerializeAsString()));
    if (merged != nullptr) merged->manifest.add_merged_from(manifest.segment());
  }
  RETURN_IF_ERROR(Put(batch, Family::kMeta, kMetaRemovals, NumberValue(removals_ + 1)));
  if (merged != nullptr) RETURN_IF_ERROR(AddSegment(*merged, batch));
  RETURN_IF_ERROR(database_.Write(batch));
  ++removals_;
  Catalog::Sealed sealed;
  if (merged != nullptr) {
    ++next_segment_;
    ASSIGN_OR_RETURN(sealed, SealedSegment::Open(database_, std::move(merged->manifest)));
  }
  for (const Catalog::Sealed& segment : gone) superseded_.push_back({segment->manifest().segment(), now_us, segment});
  catalog_.Replace(gone, std::move(sealed));
  return absl::OkStatus();
}

uint64_t Committer::FirstKept(const std::function<bool(const Superseded&)>& goes) const {
  uint64_t first = next_segment_;
  for (const Superseded& superseded : superseded_) {
    if (!goes(superseded)) first = std::min(first, superseded.segment);
  }
  for (const Catalog::Sealed& sealed : catalog_.sealed()) first = std::min(first, sealed->manifest().segment());
  return first;
}

absl::Status Committer::DeleteSuperseded(bool at_once) {
  const int64_t before_us = NowMicros() - (at_once ? 0 : kSupersededMicros);
  MutexLock lock(mu_);
  rocksdb::WriteBatch batch;
  const auto goes = [before_us](const Superseded& s) { return s.time_us <= before_us && s.handle.expired(); };
  // Below it nothing is read any more, so whole tables go, without a mark: marks for the oldest keys in the newest
  // tables would make RocksDB write all that lies between again. What shares a table with kept segments goes with them.
  const uint64_t first_kept = FirstKept(goes);
  bool drops_tables = false;
  for (const Superseded& superseded : superseded_) {
    if (!goes(superseded)) continue;
    const std::string begin = NumberKey(superseded.segment);
    if (!at_once && superseded.segment < first_kept) {
      drops_tables = true;
    } else {
      RETURN_IF_ERROR(
          FromRocksDb(batch.DeleteRange(database_.family(Family::kSegments), begin, NumberKey(superseded.segment + 1)),
                      "write batch"));
    }
    RETURN_IF_ERROR(FromRocksDb(batch.Delete(database_.family(Family::kManifests), begin), "write batch"));
  }
  if (batch.Count() == 0) return absl::OkStatus();
  RETURN_IF_ERROR(database_.Write(batch));
  superseded_.erase(std::remove_if(superseded_.begin(), superseded_.end(), goes), superseded_.end());
  return drops_tables ? database_.DropTablesBelow(Family::kSegments, NumberKey(first_kept)) : absl::OkStatus();
}

absl::Status Committer::DeleteBefore(int64_t time_us) {
  uint64_t first_kept = 1;
  RETURN_IF_ERROR(database_.ForEach(Family::kDeadLetters, "", "",
                                    [&](std::string_view key, std::string_view value) -> absl::StatusOr<bool> {
                                      const uint64_t number = ParseNumberKey(key).value_or(0);
                                      ASSIGN_OR_RETURN(const StoredDeadLetter letter, DecodeDeadLetter(number, value));
                                      if (letter.letter.time_us >= time_us) return false;
                                      first_kept = number + 1;
                                      return true;
                                    }));
  rocksdb::WriteBatch batch;
  if (first_kept > 1) {
    RETURN_IF_ERROR(FromRocksDb(
        batch.DeleteRange(database_.family(Family::kDeadLetters), NumberKey(0), NumberKey(first_kept)), "write batch"));
  }
  const std::string minute = AttemptsMinuteKey(time_us / kMinuteMicros);
  bool has_attempts = false;
  RETURN_IF_ERROR(
      database_.ForEach(Family::kAttempts, "", minute, [&](std::string_view, std::string_view) -> absl::StatusOr<bool> {
        has_attempts = true;
        return false;
      }));
  if (has_attempts) {
    RETURN_IF_ERROR(FromRocksDb(batch.DeleteRange(database_.family(Family::kAttempts), AttemptsMinuteKey(0), minute),
                                "write batch"));
  }
  return batch.Count() == 0 ? absl::OkStatus() : database_.Write(batch);
}

}  // namespace faultline::store
