// Counts by a short, stable reason. Thread-safe; meant for rare things.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "base/mutex.h"

namespace faultline::ingest {

class ReasonCounts {
 public:
  void Add(std::string_view reason) ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(mu_);
    ++counts_[std::string(reason)];
  }
  std::map<std::string, int64_t> Read() const ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(mu_);
    return counts_;
  }

 private:
  mutable Mutex mu_;
  std::map<std::string, int64_t> counts_ ABSL_GUARDED_BY(mu_);
};

}  // namespace faultline::ingest
