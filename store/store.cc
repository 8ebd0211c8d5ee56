#include "store/store.h"

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "store/primary_store.h"
#include "store/secondary_store.h"

namespace faultline::store {
namespace {

absl::Status CheckOptions(const StoreOptions& options) {
  if (options.path.empty()) return absl::InvalidArgumentError("a store needs a path");
  if (options.bucket_hours < 1 || options.bucket_hours > 24) {
    return absl::InvalidArgumentError(absl::StrCat("bucket_hours is ", options.bucket_hours, "; it must be 1 to 24"));
  }
  if (options.merge_fan_in < 2) {
    return absl::InvalidArgumentError(absl::StrCat("merge_fan_in is ", options.merge_fan_in, "; it must be 2 or more"));
  }
  if (options.retention_hours < 0 || options.block_cache_bytes < 0 || options.max_disk_bytes < 0) {
    return absl::InvalidArgumentError("retention_hours, block_cache_bytes and max_disk_bytes must not be negative");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::unique_ptr<Store>> Store::Open(const StoreOptions& options) {
  RETURN_IF_ERROR(CheckOptions(options));
  ASSIGN_OR_RETURN(std::unique_ptr<Store> store, PrimaryStore::Open(options));
  return store;
}

absl::StatusOr<std::unique_ptr<Store>> Store::OpenSecondary(const StoreOptions& options,
                                                            const std::string& scratch_path) {
  RETURN_IF_ERROR(CheckOptions(options));
  ASSIGN_OR_RETURN(std::unique_ptr<Store> store, SecondaryStore::Open(options, scratch_path));
  return store;
}

}  // namespace faultline::store
