// Answers ListFindings, and keeps the detector that it tells of.
//
// Thread-safe.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "base/mutex.h"
#include "faultline/v1/finding.pb.h"
#include "query/correlator.h"
#include "query/detect/store_detector.h"
#include "query/query_context.h"

namespace faultline::query {

// Findings of one answer whose other side is looked for, beyond those that are known already.
inline constexpr int kMaxOtherSides = 20;

class FindingsAnswers {
 public:
  // `correlator` must outlive it.
  explicit FindingsAnswers(Correlator& correlator) : correlator_(correlator) {}

  // Brings the detector up to date, then lists. `lag` is of records, by stream; `may_grow` as in
  // StoreDetector::Source. Errors: InvalidArgument with the field's name.
  absl::Status List(const QueryContext& context, const std::map<std::string, int64_t>& lag, bool may_grow,
                    const faultline::v1::ListFindingsRequest& request, faultline::v1::ListFindingsResponse& response);

  // Series that were watched at the end of the last List; does not wait for one.
  int64_t series() const { return series_.load(std::memory_order_relaxed); }

 private:
  struct OtherSide {
    std::string signature, summary;  // empty when there is none
  };

  absl::Status AddFinding(const QueryContext& context, const StoredFinding& from, int& other_sides,
                          faultline::v1::ListFindingsResponse& response);
  absl::Status AddOtherSide(const QueryContext& context, const StoredFinding& from, store::Side side, int& other_sides,
                            faultline::v1::Finding& row) ABSL_LOCKS_EXCLUDED(mu_);

  Correlator& correlator_;
  StoreDetector detector_;
  std::atomic<int64_t> series_{0};
  Mutex mu_;
  absl::flat_hash_map<uint64_t, OtherSide> other_sides_ ABSL_GUARDED_BY(mu_);  // of closed findings, by number
};

}  // namespace faultline::query
