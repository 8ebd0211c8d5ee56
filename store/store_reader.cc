#include "store/store_reader.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "store/keys.h"
#include "store/records.h"
#include "store/rocksdb_status.h"
#include "store/value_limits.h"

namespace faultline::store {
namespace {

absl::Status Malformed(const Database& database, const char* what) {
  return absl::DataLossError(absl::StrCat("the store ", database.path(), " has a malformed ", what));
}

}  // namespace

absl::StatusOr<std::vector<StreamPosition>> ReadPositions(const Database& database) {
  std::vector<StreamPosition> positions;
  RETURN_IF_ERROR(database.ForEach(Family::kPositions, "", "",
                                   [&](std::string_view, std::string_view value) -> absl::StatusOr<bool> {
                                     ASSIGN_OR_RETURN(positions.emplace_back(), DecodePosition(value));
                                     return true;
                                   }));
  return positions;
}

absl::StatusOr<std::optional<SignatureDefinition>> ReadSignature(const Database& database, uint64_t signature) {
  rocksdb::PinnableSlice value;
  const absl::Status status = database.Get(Family::kSignatures, NumberKey(signature), value);
  if (absl::IsNotFound(status)) return std::nullopt;
  RETURN_IF_ERROR(status);
  ASSIGN_OR_RETURN(SignatureDefinition definition, DecodeSignature(signature, ToView(value)));
  return std::optional<SignatureDefinition>(std::move(definition));
}

absl::StatusOr<std::vector<AttemptsCell>> ReadAttemptsCells(const Database& database, int64_t first_minute,
                                                            int64_t end_minute) {
  std::vector<AttemptsCell> cells;
  if (end_minute <= first_minute) return cells;
  RETURN_IF_ERROR(database.ForEach(Family::kAttempts, AttemptsMinuteKey(first_minute), AttemptsMinuteKey(end_minute),
                                   [&](std::string_view key, std::string_view value) -> absl::StatusOr<bool> {
                                     const std::optional<AttemptsKey> parsed = ParseAttemptsKey(key);
                                     const std::optional<uint64_t> count = ParseNumberValue(value);
                                     if (!parsed || !count) return Malformed(database, "attempts cell");
                                     AttemptsCell& cell = cells.emplace_back();
                                     cell.minute = parsed->minute;
                                     cell.operation = parsed->operation;
                                     for (size_t d = 0; d < kDimensions; ++d) {
                                       cell.dimensions[d] = parsed->dimensions[d];
                                     }
                                     cell.count = static_cast<int64_t>(*count);
                                     return true;
                                   }));
  return cells;
}

absl::StatusOr<std::vector<StoredDeadLetter>> ReadLetters(const Database& database, uint64_t after, size_t limit) {
  std::vector<StoredDeadLetter> letters;
  if (limit == 0 || after == UINT64_MAX) return letters;
  RETURN_IF_ERROR(database.ForEach(Family::kDeadLetters, NumberKey(after + 1), "",
                                   [&](std::string_view key, std::string_view value) -> absl::StatusOr<bool> {
                                     const std::optional<uint64_t> number = ParseNumberKey(key);
                                     if (!number) return Malformed(database, "dead letter");
                                     ASSIGN_OR_RETURN(letters.emplace_back(), DecodeDeadLetter(*number, value));
                                     return letters.size() < limit;
                                   }));
  return letters;
}

absl::StatusOr<std::vector<v1::SegmentManifest>> ReadManifests(const Database& database, uint64_t first) {
  std::vector<v1::SegmentManifest> manifests;
  RETURN_IF_ERROR(database.ForEach(Family::kManifests, NumberKey(first), "",
                                   [&](std::string_view key, std::string_view value) -> absl::StatusOr<bool> {
                                     v1::SegmentManifest& manifest = manifests.emplace_back();
                                     if (!manifest.ParseFromArray(value.data(), static_cast<int>(value.size())) ||
                                         ParseNumberKey(key) != manifest.segment()) {
                                       return Malformed(database, "manifest");
                                     }
                                     return true;
                                   }));
  return manifests;
}

absl::StatusOr<std::vector<OtherValues>> ReadOtherValues(const Database& database) {
  std::vector<OtherValues> others;
  const std::string end = std::string(kMetaOther.substr(0, kMetaOther.size() - 1)) + '0';  // behind every "other/…"
  RETURN_IF_ERROR(database.ForEach(Family::kMeta, kMetaOther, end,
                                   [&](std::string_view key, std::string_view value) -> absl::StatusOr<bool> {
                                     key.remove_prefix(kMetaOther.size());
                                     ASSIGN_OR_RETURN(others.emplace_back(), DecodeOtherValues(key, value));
                                     return true;
                                   }));
  return others;
}

}  // namespace faultline::store
