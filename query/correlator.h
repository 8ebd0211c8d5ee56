// Which server failures go with which client failures, and how strongly.
//
// Keeps a graph of units (what shares an exact id) over the events of a store
// and brings it up to date at each question, so that an answer costs what is
// new. Counts do not depend on the order in which events arrived.
//
// Thread-safe; questions take turns where they must.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "faultline/v1/failure_query_service.pb.h"
#include "query/filter.h"
#include "query/pair_minutes.h"
#include "query/query_control.h"
#include "store/store.h"

namespace faultline::query {

struct CorrelatorOptions {
  int max_events_per_id = 64;              // F: an id with more identifies nothing
  int64_t link_window_seconds = 3 * 3600;  // how far apart two events of a unit may be
  int64_t max_graph_events = 8'000'000;    // memory bound, about 100 bytes each
};

class Correlator {
 public:
  // `store` must outlive it.
  static std::unique_ptr<Correlator> Create(const CorrelatorOptions& options, const store::Store& store);
  virtual ~Correlator() = default;

  // All pairs of the request, ordered, not cut to a page: everything but
  // next_page_token and completeness.streams is filled in. `partial` is set when a bound was met.
  struct Question {
    store::TimeRange range;
    Filter client_filter, server_filter;
    bool all_pairs = false;
  };
  virtual absl::StatusOr<faultline::v1::CorrelateResponse> Correlate(const Question& question,
                                                                     const QueryControl& control) = 0;
  // All signatures of a filter and window, most lines first, not cut to a page.
  virtual absl::StatusOr<faultline::v1::ListSignaturesResponse> ListSignatures(const store::TimeRange& range,
                                                                               const Filter& filter,
                                                                               const QueryControl& control) = 0;
  // Where every failing unit of a filter and window is accounted for.
  struct CoverageQuestion {
    store::TimeRange range;
    store::Side side = store::Side::kClient;  // or kServer: whose failures `filter` is for
    Filter filter;
    // Everything up to then has been read (query/settled_time.h), and nothing after it dropped.
    int64_t read_us = 0;
    int64_t kept_from_us = INT64_MIN;
  };
  virtual absl::StatusOr<faultline::v1::GetCoverageResponse> Cover(const CoverageQuestion& question,
                                                                   const QueryControl& control) = 0;
  // Units whose sides contradict each other. Of each dimension `limit` values get a row.
  struct ContradictionQuestion {
    store::TimeRange range;
    Filter client_filter, server_filter;
    size_t limit = 50;
  };
  virtual absl::StatusOr<faultline::v1::GetContradictionsResponse> Contradict(const ContradictionQuestion& question,
                                                                              const QueryControl& control) = 0;
  // Units of every pair by minute (query/pair_minutes.h). What bounds left out is not counted.
  virtual absl::StatusOr<std::vector<PairMinute>> CountPairMinutes(const store::TimeRange& range,
                                                                   const QueryControl& control) = 0;
  // Events in the graphs that are kept, as of the last question; does not wait for one that is being answered.
  virtual int64_t graph_events() const = 0;
};

}  // namespace faultline::query
