// The decisions of a store, and the overlay that they make.
//
// Several processes may decide about one store: what others wrote is noticed at the next question. Thread-safe.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/mutex.h"
#include "query/decisions/overlay.h"
#include "store/control_store.h"
#include "store/store.h"

namespace faultline::query {

class DecisionLog {
 public:
  // Of the store with these options; one in memory keeps no decisions.
  explicit DecisionLog(const store::StoreOptions& options);

  // Takes over what was written since. Errors: those of reading; the overlay then stays as it was.
  absl::Status Refresh() ABSL_LOCKS_EXCLUDED(mu_);
  // As of the last Refresh or Append. Never null.
  std::shared_ptr<const Overlay> overlay() const ABSL_LOCKS_EXCLUDED(mu_);

  // What is to be written, given the overlay that it will stand on.
  using Propose = std::function<absl::StatusOr<std::vector<v1::Decision>>(const Overlay&)>;
  // Writes what `propose` gives, which is asked again when somebody else was faster. Gives the decisions with their
  // numbers. Errors: FailedPrecondition for a store in memory; Aborted when others were faster ten times; what
  // `propose` says; those of writing.
  absl::StatusOr<std::vector<v1::Decision>> Append(const Propose& propose) ABSL_LOCKS_EXCLUDED(mu_);

 private:
  absl::Status RefreshLocked() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);

  std::optional<store::ControlStore> control_;
  mutable Mutex mu_;
  std::string mark_ ABSL_GUARDED_BY(mu_);
  std::shared_ptr<const Overlay> overlay_ ABSL_GUARDED_BY(mu_);
};

}  // namespace faultline::query
