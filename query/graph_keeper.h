// Keeps unit graphs from one question to the next and brings them up to date.
//
// A store of at most `max_events` has one graph of everything. Of a larger one, a graph
// is of a window: the range asked about, rounded out, with all units that have an event in
// it. Their other events are found within the link window around it: link tables there are read for
// ids that the graph has, and ids that those events bring are looked up. Such graphs of the
// two windows asked about last are kept as long as both fit; where even a window has
// more events, those that arrived first are left out.
//
// Not thread-safe.
#pragma once

#include <cstdint>
#include <list>
#include <string>

#include "absl/status/statusor.h"
#include "query/graph_feeder.h"
#include "query/query_control.h"
#include "query/unit_graph.h"
#include "store/store.h"

namespace faultline::query {

struct GraphBounds {
  uint32_t max_events_per_id = 64;
  int64_t link_window_us = 3 * 3'600'000'000LL;
  int64_t max_events = 8'000'000;
};

class GraphKeeper {
 public:
  explicit GraphKeeper(const GraphBounds& bounds) : bounds_(bounds) {}

  struct Answer {
    const UnitGraph* graph = nullptr;  // until the next call
    uint64_t version = 0;              // another one when anything in the graph changed
    std::string partial_reason;        // empty when nothing was left out
  };
  // The graph of `view` that has all units with an event in `range`. Costs what is new
  // since the last call, unless retention dropped events. What was read stays when
  // an error ends the call early: the next one goes on from there.
  absl::StatusOr<Answer> Refresh(const store::View& view, const store::TimeRange& range, const QueryControl& control);

  // Of all graphs that are kept.
  int64_t kept_events() const;

 private:
  struct Kept {
    Kept(const GraphWindow& of, uint32_t max_events_per_id) : window(of), graph(max_events_per_id), feeder(graph) {}
    GraphWindow window;
    UnitGraph graph;
    GraphFeeder feeder;
    uint64_t first_sequence = 0;    // earlier events were left out
    uint64_t next_sequence = 0;     // events before it were fed
    uint64_t outside_sequence = 0;  // of those around the window
    uint64_t looked_at = 0;         // events fed, or found to be outside of the window
    uint64_t version = 0;
    bool cut = false;
  };

  GraphWindow WindowFor(const store::View& view, const store::TimeRange& range) const;
  absl::StatusOr<Kept*> Start(const store::View& view, const GraphWindow& window, const QueryControl& control);
  void MakeRoom(const store::View& view, const GraphWindow& window, int64_t events);
  bool IsStale(const Kept& kept, const store::View& view) const;
  absl::Status Update(Kept& kept, const store::View& view, const QueryControl& control);
  absl::Status FeedOutside(Kept& kept, const store::View& view, const QueryControl& control);
  template <typename Ids, typename Visit>
  static absl::Status ForEachCarrier(const Ids& ids, const Kept& kept, const store::View& view,
                                     const QueryControl& control, const Visit& visit);
  absl::Status FollowNewIds(Kept& kept, const store::View& view, const QueryControl& control);
  absl::Status FollowNewSessions(Kept& kept, const store::View& view, const QueryControl& control);

  const GraphBounds bounds_;
  uint64_t last_version_ = 0;
  int64_t regrouping_ = 0;  // of the views that kept graphs were read from: View::last_regrouping
  std::list<Kept> kept_;    // the one asked for last is in front
};

}  // namespace faultline::query
