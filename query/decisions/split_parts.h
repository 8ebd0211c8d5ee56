// Where the parts of split signatures come from, as far as events of them have been seen: their ids do not tell.
//
// Thread-safe.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "base/mutex.h"
#include "query/decisions/overlay.h"

namespace faultline::query {

class SplitParts {
 public:
  struct Part {
    uint64_t from = 0;
    store::Dimension dimension = store::Dimension{};
    std::string value;
  };

  void Add(const Overlay::Step& step) ABSL_LOCKS_EXCLUDED(mu_) {
    const MutexLock lock(mu_);
    parts_.try_emplace(step.part, Part{step.from, step.dimension, std::string(step.value)});
  }
  std::optional<Part> Find(uint64_t part) const ABSL_LOCKS_EXCLUDED(mu_) {
    const MutexLock lock(mu_);
    const auto found = parts_.find(part);
    return found == parts_.end() ? std::nullopt : std::optional(found->second);
  }

 private:
  mutable Mutex mu_;
  std::map<uint64_t, Part> parts_ ABSL_GUARDED_BY(mu_);
};

}  // namespace faultline::query
