// What a sealed segment tells of its events by column: whole chunks, single rows, signatures, and sums.
#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "store/column_chunk.h"
#include "store/postings.h"
#include "store/rocksdb_status.h"
#include "store/rollup.h"
#include "store/sealed_segment.h"
#include "store/signature_chunks.h"

namespace faultline::store {

// Codes index dictionaries, here and at the caller's: none may lie beyond.
absl::Status SealedSegment::CheckCodes(uint32_t column_set, const Columns& columns) const {
  const auto below = [](const std::vector<uint16_t>& codes, size_t size) {
    return codes.empty() || *std::max_element(codes.begin(), codes.end()) < size;
  };
  if ((column_set & kSignatureColumn) != 0) {
    ASSIGN_OR_RETURN(const auto known, signatures());
    if (!below(columns.signature, known->size())) return Explain(absl::DataLossError("signature out of range"));
  }
  for (uint8_t d = 0; d < kDimensions; ++d) {
    const auto dimension = static_cast<Dimension>(d);
    if ((column_set & DimensionColumn(dimension)) == 0) continue;
    ASSIGN_OR_RETURN(const auto known, dictionary(dimension));
    if (!below(columns.dimensions[d], known->size())) return Explain(absl::DataLossError("value out of range"));
  }
  return absl::OkStatus();
}

template <typename T>
absl::Status SealedSegment::ReadKeptColumn(uint32_t chunk, uint32_t column_set, std::vector<T> Columns::*member,
                                           Columns& columns) const {
  const std::string key =
      PartKey(manifest_.segment(), Part::kColumnChunk, static_cast<uint8_t>(column_set), static_cast<uint16_t>(chunk));
  if (const auto kept = database_.decoded().Find<std::vector<T>>(key); kept != nullptr) {
    columns.first_ordinal = chunk * kChunkEvents;
    columns.size = static_cast<uint32_t>(kept->size());
    columns.*member = *kept;
    return absl::OkStatus();
  }
  RETURN_IF_ERROR(DecodeColumns(chunk, column_set, columns));
  const auto keep = std::make_shared<const std::vector<T>>(columns.*member);
  database_.decoded().Keep(key, keep, keep->size() * sizeof(T));
  return absl::OkStatus();
}

absl::Status SealedSegment::ReadColumns(uint32_t chunk, uint32_t column_set, Columns& columns) const {
  // What a window that cuts the segment asks for, question after question.
  if (column_set == kTimeColumn) return ReadKeptColumn(chunk, column_set, &Columns::time_us, columns);
  if (column_set == kSignatureColumn) return ReadKeptColumn(chunk, column_set, &Columns::signature, columns);
  return DecodeColumns(chunk, column_set, columns);
}

absl::Status SealedSegment::DecodeColumns(uint32_t chunk, uint32_t column_set, Columns& columns) const {
  if (chunk >= chunk_count()) return absl::OutOfRangeError(absl::StrCat("no chunk ", chunk));
  rocksdb::PinnableSlice value;
  RETURN_IF_ERROR(ReadPart(Part::kColumnChunk, 0, chunk, value));
  columns.first_ordinal = chunk * kChunkEvents;
  const uint32_t events = std::min(kChunkEvents, size() - columns.first_ordinal);
  RETURN_IF_ERROR(Explain(DecodeColumnChunk(ToView(value), events, column_set, columns)));
  return CheckCodes(column_set, columns);
}

absl::Status SealedSegment::ReadRowsOf(uint32_t chunk, std::span<const uint32_t> indexes, uint32_t column_set,
                                       std::vector<uint16_t>& signatures, Columns& rows) const {
  if (chunk >= chunk_count()) return absl::OutOfRangeError(absl::StrCat("no chunk ", chunk));
  const uint32_t events = std::min(kChunkEvents, size() - chunk * kChunkEvents);
  if (!indexes.empty() && indexes.back() >= events) {
    return absl::OutOfRangeError(absl::StrCat("no event ", indexes.back(), " in chunk ", chunk));
  }
  rocksdb::PinnableSlice value;
  RETURN_IF_ERROR(ReadPart(Part::kColumnChunk, 0, chunk, value));
  rows.first_ordinal = chunk * kChunkEvents;
  RETURN_IF_ERROR(Explain(DecodeColumnRows(ToView(value), events, indexes, column_set, signatures, rows)));
  return CheckCodes(column_set, rows);
}

absl::Status SealedSegment::ReadRows(uint32_t chunk, std::span<const uint32_t> indexes, uint32_t column_set,
                                     Columns& rows) const {
  std::vector<uint16_t> signatures;
  return ReadRowsOf(chunk, indexes, column_set, signatures, rows);
}

absl::StatusOr<std::vector<uint32_t>> SealedSegment::FindSignature(uint64_t signature) const {
  ASSIGN_OR_RETURN(const auto known, signatures());
  const auto at = std::find(known->begin(), known->end(), signature);
  if (at == known->end()) return std::vector<uint32_t>();
  const auto code = static_cast<uint32_t>(at - known->begin());
  if (manifest_.format() < 2) return FindInPostings(code);
  rocksdb::PinnableSlice value;
  RETURN_IF_ERROR(ReadPart(Part::kSignatureChunks, 0, 0, value));
  const auto chunks = DecodeSignatureChunks(ToView(value), code, chunk_count());
  if (!chunks.ok()) return Explain(chunks.status());
  std::vector<uint32_t> ordinals;
  Columns columns;
  for (uint32_t chunk = 0; chunk < chunk_count(); ++chunk) {
    if ((*chunks >> chunk & 1) == 0) continue;
    RETURN_IF_ERROR(ReadColumns(chunk, kSignatureColumn, columns));
    for (uint32_t i = 0; i < columns.size; ++i) {
      if (columns.signature[i] == code) ordinals.push_back(columns.first_ordinal + i);
    }
  }
  return ordinals;
}

absl::StatusOr<std::vector<uint32_t>> SealedSegment::FindInPostings(uint32_t code) const {
  rocksdb::PinnableSlice value;
  RETURN_IF_ERROR(ReadPart(Part::kPostings, 0, code / kSignaturesPerPosting, value));
  auto ordinals = DecodePostings(ToView(value), code % kSignaturesPerPosting, size());
  if (!ordinals.ok()) return Explain(ordinals.status());
  return ordinals;
}

absl::StatusOr<std::shared_ptr<const Rollup>> SealedSegment::rollup() const {
  constexpr size_t kRowBytes = sizeof(int64_t) + 3 * sizeof(uint8_t) + 2 * sizeof(uint16_t) + sizeof(uint32_t);
  if (!manifest_.has_rollup()) return nullptr;
  const std::string key = PartKey(manifest_.segment(), Part::kRollup);
  if (auto kept = database_.decoded().Find<Rollup>(key); kept != nullptr) return kept;
  ASSIGN_OR_RETURN(const std::shared_ptr<const Rollup> rollup, ReadRollup());
  if (rollup != nullptr) database_.decoded().Keep(key, rollup, rollup->counts.size() * kRowBytes);
  return rollup;
}

absl::StatusOr<std::shared_ptr<const Rollup>> SealedSegment::ReadRollup() const {
  if (!manifest_.has_rollup()) return nullptr;
  rocksdb::PinnableSlice value;
  RETURN_IF_ERROR(ReadPart(Part::kRollup, 0, 0, value));
  auto rollup = DecodeRollup(ToView(value), size());
  if (!rollup.ok()) return Explain(rollup.status());
  RETURN_IF_ERROR(CheckCodes(kSignatureColumn | DimensionColumn(Dimension::kService), (*rollup)->columns));
  return rollup;
}

absl::StatusOr<std::shared_ptr<const Rollup>> SealedSegment::Reduced(Rollup (*reduce)(const Rollup&),
                                                                     Kept<Rollup>& kept) const {
  if (auto known = kept.Get(); known != nullptr) return known;
  ASSIGN_OR_RETURN(const std::shared_ptr<const Rollup> whole, ReadRollup());
  if (whole == nullptr) return whole;
  auto reduced = std::make_shared<const Rollup>(reduce(*whole));
  kept.Keep(reduced);
  return reduced;
}

absl::StatusOr<std::shared_ptr<const Rollup>> SealedSegment::minute_rollup() const {
  return Reduced(&WithoutSignatures, minute_rollup_);
}

absl::StatusOr<std::shared_ptr<const Rollup>> SealedSegment::signature_rollup() const {
  return Reduced(&WithoutMinutes, signature_rollup_);
}

}  // namespace faultline::store
