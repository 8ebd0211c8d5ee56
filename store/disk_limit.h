// What a store may take of its disk.
#pragma once

#include <cstdint>

#include "absl/status/statusor.h"
#include "store/store.h"

namespace faultline::store {

// options.max_disk_bytes, else 80 % of what the store has and what is free, in bytes. RocksDB may abort on a full disk,
// so it must never meet one. Errors: FailedPrecondition when that cannot be told.
absl::StatusOr<int64_t> DiskLimit(const StoreOptions& options);

}  // namespace faultline::store
