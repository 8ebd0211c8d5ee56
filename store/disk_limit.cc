#include "store/disk_limit.h"

#include <filesystem>

#include "absl/strings/str_cat.h"

namespace faultline::store {

absl::StatusOr<int64_t> DiskLimit(const StoreOptions& options) {
  if (options.max_disk_bytes > 0) return options.max_disk_bytes;
  std::error_code error;
  const std::filesystem::space_info space = std::filesystem::space(options.path, error);
  if (error) {
    return absl::FailedPreconditionError(
        absl::StrCat("cannot tell the free space of ", options.path, ": ", error.message(), "; set max_disk_bytes"));
  }
  int64_t used = 0;
  for (const auto& entry : std::filesystem::directory_iterator(options.path, error)) {
    std::error_code gone;
    const auto size = entry.file_size(gone);
    if (!gone) used += static_cast<int64_t>(size);
  }
  return (used + static_cast<int64_t>(space.available)) / 5 * 4;
}

}  // namespace faultline::store
