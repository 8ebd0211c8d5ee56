// Whether this process can do its work: what /readyz and operators ask.
//
// Thread-safe.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/mutex.h"

namespace faultline::deploy {

class Health {
 public:
  // Names a part that must be well. It is not until SetReady.
  void Expect(const std::string& part, const std::string& reason) { SetNotReady(part, reason); }
  void SetReady(const std::string& part) ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(mu_);
    reasons_[part].clear();
  }
  void SetNotReady(const std::string& part, const std::string& reason) ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(mu_);
    reasons_[part] = reason;
  }
  // Part and what is wrong with it, empty for well; by name.
  std::vector<std::pair<std::string, std::string>> Parts() const ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(mu_);
    return {reasons_.begin(), reasons_.end()};
  }
  bool ready() const {
    for (const auto& [part, reason] : Parts()) {
      if (!reason.empty()) return false;
    }
    return true;
  }

 private:
  mutable Mutex mu_;
  std::map<std::string, std::string> reasons_ ABSL_GUARDED_BY(mu_);
};

}  // namespace faultline::deploy
