// The one method that streams: checks the request, then looks at the store
// again and again until the caller goes away.
#pragma once

#include <chrono>
#include <functional>
#include <memory>

#include "absl/status/status.h"
#include "base/pseudonym.h"
#include "faultline/v1/failure_query_service.pb.h"
#include "query/query_control.h"
#include "store/store.h"

namespace faultline::query {

// What a follower needs from the service.
struct TailContext {
  const store::Store& store;
  const Pseudonyms* pseudonyms;  // may be null
  // Lets a store that follows another process catch up.
  std::function<absl::Status()> refresh;
  // False when the caller does not read any more.
  std::function<bool(const faultline::v1::TailEventsResponse&)> write;
  QueryControl control;  // `cancelled` ends the stream
};

inline constexpr std::chrono::milliseconds kTailLookInterval{200};
inline constexpr std::chrono::seconds kTailSignOfLifeInterval{5};

// Returns when the caller is gone (OK), or with InvalidArgument for the request, or the store's error.
absl::Status AnswerTail(const TailContext& context, const faultline::v1::TailEventsRequest& request);

}  // namespace faultline::query
