// The attempts of the last window asked about, so that the questions of somebody
// who looks around in it read them once.
//
// Not thread-safe.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "absl/status/statusor.h"
#include "store/store.h"

namespace faultline::query {

class AttemptsCache {
 public:
  // `store` must outlive it.
  explicit AttemptsCache(const store::Store& store) : store_(store) {}

  // Attempts of minutes [first_minute, end_minute). `view` says whether those
  // read before still hold. Valid until the next call.
  absl::StatusOr<std::span<const store::AttemptsCell>> Read(const store::View& view, int64_t first_minute,
                                                            int64_t end_minute);

  // Another one when the last Read() may have given other cells than the one before.
  uint64_t version() const { return version_; }

 private:
  struct Key {
    int64_t first_minute = 0, end_minute = 0;
    int64_t attempts = -1;        // taken from all streams
    uint64_t first_sequence = 0;  // changes when retention drops a bucket
    bool operator==(const Key&) const = default;
  };

  const store::Store& store_;
  Key key_;
  uint64_t version_ = 0;
  std::vector<store::AttemptsCell> cells_;
};

}  // namespace faultline::query
