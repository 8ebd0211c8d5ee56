#include "query/attempts_cache.h"

#include <utility>

#include "base/status_macros.h"

namespace faultline::query {

absl::StatusOr<std::span<const store::AttemptsCell>> AttemptsCache::Read(const store::View& view, int64_t first_minute,
                                                                         int64_t end_minute) {
  Key key{first_minute, end_minute, 0, view.segments.empty() ? 0 : view.segments.front()->base_sequence()};
  for (const store::StreamPosition& position : view.positions) key.attempts += position.attempts;
  if (key != key_) {
    ASSIGN_OR_RETURN(cells_, store_.ReadAttempts(first_minute, end_minute));
    key_ = key;
    ++version_;
  }
  return std::span<const store::AttemptsCell>(cells_);
}

}  // namespace faultline::query
