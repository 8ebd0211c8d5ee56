// Drops whole time buckets.
#pragma once

#include <cstdint>

#include "absl/status/status.h"
#include "store/catalog.h"
#include "store/committer.h"
#include "store/store.h"

namespace faultline::store {

// Start of the oldest bucket that is kept at `now_us`; INT64_MIN when all are.
int64_t RetentionStart(const StoreOptions& options, int64_t now_us);

// Drops segments whose bucket, and attempts and dead letters whose time, lies before
// RetentionStart().
absl::Status DropOldBuckets(const StoreOptions& options, int64_t now_us, const Catalog& catalog, Committer& committer);

}  // namespace faultline::store
