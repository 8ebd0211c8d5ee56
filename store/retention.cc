#include "store/retention.h"

#include <limits>
#include <vector>

#include "base/status_macros.h"
#include "store/segment_encoder.h"

namespace faultline::store {
namespace {

constexpr int64_t kHourMicros = 3'600'000'000;

}  // namespace

int64_t RetentionStart(const StoreOptions& options, int64_t now_us) {
  if (options.retention_hours <= 0) return std::numeric_limits<int64_t>::min();
  // A bucket goes when even its end is old enough.
  return BucketHour(now_us - options.retention_hours * kHourMicros, options.bucket_hours) * kHourMicros;
}

absl::Status DropOldBuckets(const StoreOptions& options, int64_t now_us, const Catalog& catalog, Committer& committer) {
  const int64_t start_us = RetentionStart(options, now_us);
  if (start_us == std::numeric_limits<int64_t>::min()) return absl::OkStatus();
  std::vector<Catalog::Sealed> old;
  for (const Catalog::Sealed& segment : catalog.sealed()) {
    if (segment->manifest().bucket_hour() * kHourMicros < start_us) old.push_back(segment);
  }
  if (!old.empty()) RETURN_IF_ERROR(committer.Replace(old, nullptr));
  return committer.DeleteBefore(start_us);
}

}  // namespace faultline::store
