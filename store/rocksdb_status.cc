#include "store/rocksdb_status.h"

#include "absl/strings/str_cat.h"

namespace faultline::store {

absl::Status FromRocksDb(const rocksdb::Status& status, const std::string& what) {
  if (status.ok()) return absl::OkStatus();
  const std::string text = absl::StrCat(what, ": ", status.ToString());
  if (status.IsCorruption()) return absl::DataLossError(text);
  if (status.IsNotFound()) return absl::NotFoundError(text);
  if (status.IsInvalidArgument()) return absl::InvalidArgumentError(text);
  if (status.IsNoSpace() || status.IsMemoryLimit() || status.subcode() == rocksdb::Status::SubCode::kSpaceLimit) {
    return absl::ResourceExhaustedError(absl::StrCat(text, "; free disk space or raise the store's size limit"));
  }
  // RocksDB has no code of its own for a store that is locked.
  const bool is_locked = text.find("While lock file") != std::string::npos ||
                         text.find("lock hold by current process") != std::string::npos;
  if (status.IsIOError() && is_locked) {
    return absl::FailedPreconditionError(
        absl::StrCat(text, "; the store is open in another process: stop that one, or open it as a secondary"));
  }
  if (status.IsBusy() || status.IsTryAgain() || status.IsIncomplete()) return absl::UnavailableError(text);
  if (status.IsNotSupported()) return absl::UnimplementedError(text);
  if (status.IsShutdownInProgress() || status.IsAborted()) return absl::AbortedError(text);
  return absl::InternalError(text);
}

}  // namespace faultline::store
