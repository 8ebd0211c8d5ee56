// A shared value that is made on first use and kept.
//
// Thread-safe. Two threads that come first together may both make it; either
// result serves.
#pragma once

#include <memory>
#include <utility>

#include "base/mutex.h"

namespace faultline::store {

template <typename T>
class Kept {
 public:
  // Null until Keep() was called.
  std::shared_ptr<const T> Get() const {
    MutexLock lock(mu_);
    return value_;
  }
  void Keep(std::shared_ptr<const T> value) {
    MutexLock lock(mu_);
    value_ = std::move(value);
  }

 private:
  mutable Mutex mu_;
  std::shared_ptr<const T> value_ ABSL_GUARDED_BY(mu_);
};

}  // namespace faultline::store
