// Merges runs of small neighbouring segments into larger ones.
#pragma once

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "store/catalog.h"
#include "store/committer.h"

namespace faultline::store {

// The next run worth merging, empty for none: neighbours without a gap, of one
// bucket, together at most kMaxSegmentEvents, at least twice the largest of
// them, and either `fan_in` of them or as many as will ever fit together.
std::vector<Catalog::Sealed> PickMerge(const std::vector<Catalog::Sealed>& segments, uint32_t fan_in);

// Merges `run` and puts the result in its place. The events keep their sequence
// numbers. Errors: DataLoss when a part of the run is not what was written.
absl::Status MergeSegments(const std::vector<Catalog::Sealed>& run, int64_t bucket_hours, Committer& committer);

}  // namespace faultline::store
