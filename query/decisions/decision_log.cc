#include "query/decisions/decision_log.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"

namespace faultline::query {
namespace {

constexpr int kTries = 10;

absl::StatusOr<std::vector<v1::Decision>> Decode(const std::vector<std::string>& records, const std::string& path) {
  std::vector<v1::Decision> decisions;
  for (const std::string& record : records) {
    v1::Decision& decision = decisions.emplace_back();
    if (!decision.ParseFromString(record)) {
      return absl::DataLossError(absl::StrCat("decision ", decisions.size(), " in ", path, " cannot be read"));
    }
    decision.set_number(static_cast<int64_t>(decisions.size()));
  }
  return decisions;
}

}  // namespace

DecisionLog::DecisionLog(const store::StoreOptions& options) : overlay_(std::make_shared<const Overlay>()) {
  if (!options.in_memory) control_.emplace(store::ControlPath(options.path));
}

absl::Status DecisionLog::Refresh() {
  if (!control_) return absl::OkStatus();
  const MutexLock lock(mu_);
  if (control_->Mark() == mark_) return absl::OkStatus();
  return RefreshLocked();
}

absl::Status DecisionLog::RefreshLocked() {
  const std::string mark = control_->Mark();  // before reading: what comes meanwhile is read again
  ASSIGN_OR_RETURN(const std::vector<std::string> records, control_->Read());
  ASSIGN_OR_RETURN(std::vector<v1::Decision> decisions, Decode(records, control_->path()));
  overlay_ = std::make_shared<const Overlay>(std::move(decisions));
  mark_ = mark;
  return absl::OkStatus();
}

std::shared_ptr<const Overlay> DecisionLog::overlay() const {
  const MutexLock lock(mu_);
  return overlay_;
}

absl::StatusOr<std::vector<v1::Decision>> DecisionLog::Append(const Propose& propose) {
  if (!control_) {
    return absl::FailedPreconditionError("decisions are kept beside a store on disk, and this one is in memory only");
  }
  absl::Status failed;
  for (int i = 0; i < kTries; ++i) {
    const MutexLock lock(mu_);
    RETURN_IF_ERROR(RefreshLocked());
    ASSIGN_OR_RETURN(std::vector<v1::Decision> decisions, propose(*overlay_));
    if (decisions.empty()) return decisions;
    int64_t number = overlay_->last_decision();
    std::vector<std::string> records;
    for (v1::Decision& decision : decisions) {
      decision.clear_number();  // its key
      decision.clear_undone_by();
      records.push_back(decision.SerializeAsString());
      decision.set_number(++number);
    }
    failed = control_->Append(static_cast<uint64_t>(overlay_->last_decision()), records);
    if (absl::IsAborted(failed)) continue;
    RETURN_IF_ERROR(failed);
    RETURN_IF_ERROR(RefreshLocked());
    return decisions;
  }
  return failed;
}

}  // namespace faultline::query
