// std::mutex that clang's thread-safety analysis understands.
//
// absl::Mutex would do, but Debian's libabsl is built without ThreadSanitizer,
// which then reports every access guarded by it as a race.
#pragma once

#include <condition_variable>
#include <mutex>

#include "absl/base/thread_annotations.h"

namespace faultline {

class ABSL_LOCKABLE Mutex {
 public:
  // Lower case, so that std::condition_variable_any can take a Mutex.
  // NOLINTBEGIN(readability-identifier-naming)
  void lock() ABSL_EXCLUSIVE_LOCK_FUNCTION() { mu_.lock(); }
  void unlock() ABSL_UNLOCK_FUNCTION() { mu_.unlock(); }
  // NOLINTEND(readability-identifier-naming)

 private:
  std::mutex mu_;
};

// Holds `mu` for the current scope.
class ABSL_SCOPED_LOCKABLE MutexLock {
 public:
  explicit MutexLock(Mutex& mu) ABSL_EXCLUSIVE_LOCK_FUNCTION(mu) : mu_(mu) { mu_.lock(); }
  ~MutexLock() ABSL_UNLOCK_FUNCTION() { mu_.unlock(); }

  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

 private:
  Mutex& mu_;
};

// Works with Mutex, as it is BasicLockable.
using CondVar = std::condition_variable_any;

}  // namespace faultline
