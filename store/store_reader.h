// What a store reads besides segments, the same for the writer's store and a
// secondary.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "faultline/store/v1/segment.pb.h"
#include "store/database.h"
#include "store/store.h"

namespace faultline::store {

absl::StatusOr<std::vector<StreamPosition>> ReadPositions(const Database& database);
absl::StatusOr<std::optional<SignatureDefinition>> ReadSignature(const Database& database, uint64_t signature);
absl::StatusOr<std::vector<AttemptsCell>> ReadAttemptsCells(const Database& database, int64_t first_minute,
                                                            int64_t end_minute);
absl::StatusOr<std::vector<StoredDeadLetter>> ReadLetters(const Database& database, uint64_t after, size_t limit);
absl::StatusOr<std::vector<OtherValues>> ReadOtherValues(const Database& database);
// Manifests of segments numbered `first` and higher, ascending.
absl::StatusOr<std::vector<v1::SegmentManifest>> ReadManifests(const Database& database, uint64_t first);

}  // namespace faultline::store
