// Brings events of the store into a unit graph, a part of a segment at a time.
//
// Either all events of a time span, or, for a graph of a window, those from around
// it that belong to the units in it. Belongs to one thread.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "query/graph_rows.h"
#include "query/unit_graph.h"
#include "store/segment.h"

namespace faultline::query {

// The window that a graph is of, and the larger one in which the other events of its units lie.
struct GraphWindow {
  store::TimeRange window;
  store::TimeRange around;
  store::TimeRange near;  // in which repeated lines of the window's failures are looked for
  bool IsOutside(int64_t time_us) const { return around.Contains(time_us) && !window.Contains(time_us); }
};

class GraphFeeder {
 public:
  // `graph` must outlive it.
  explicit GraphFeeder(UnitGraph& graph) : graph_(graph) {}

  // Appends the events with ordinals [begin, end) whose time is in `range`, but for those that
  // neither are failures nor have an exact id. On an error nothing is appended.
  absl::Status Feed(const store::Segment& segment, uint32_t begin, uint32_t end, const store::TimeRange& range);
  // Appends, of the events outside of the window, those that share an exact id with one of the graph, and near the
  // window those that may repeat a failure without one. Crowded ids only get their count, and clocks of
  // sessions that the graph knows what they learn. The graph has all events of the window by now, and none
  // of these.
  absl::Status FeedOutside(const store::Segment& segment, uint32_t begin, uint32_t end, const GraphWindow& window);
  // Appends the events with `ordinals`, which ascend, that lie outside of the window.
  absl::Status FeedChosen(const store::Segment& segment, std::span<const uint32_t> ordinals, const GraphWindow& window);

  // Ids that came into the graph with the last call: of FeedOutside and FeedChosen always, of Feed only when
  // `collect`.
  struct NewId {
    store::IdKind kind;
    std::string text;
    uint32_t number;
  };
  void CollectNewIds(bool collect) { collect_new_ids_ = collect; }
  std::vector<NewId> TakeNewIds() { return std::exchange(new_ids_, {}); }
  // Likewise sessions, and devices, whose clock the graph did not know before.
  struct NewSession {
    store::IdKind kind;
    std::string text;
  };
  std::vector<NewSession> TakeNewSessions() { return std::exchange(new_sessions_, {}); }
  // Tells the clocks of known sessions what the events with `ordinals`, which ascend, say, as far as they lie
  // outside of the window.
  absl::Status LearnClocks(const store::Segment& segment, std::span<const uint32_t> ordinals,
                           const GraphWindow& window);

 private:
  absl::Status Translate(const store::Segment& segment);
  absl::Status FindSessions(const store::Segment& segment, bool collect);
  void NumberIds();
  void ClearIds() { ids_.assign(rows_.size(), GraphEvent().ids); }
  void Append();
  void ChooseByIds();
  void ChooseRepeats(const GraphWindow& window);
  void SetRepeatKey(size_t row);

  UnitGraph& graph_;
  bool collect_new_ids_ = false;
  std::vector<NewId> new_ids_;
  std::vector<NewSession> new_sessions_;
  // Reused from one call to the next.
  GraphRows rows_;
  std::vector<ExactIds> ids_;    // by row
  std::vector<uint8_t> chosen_;  // by row
  std::vector<uint32_t> numbers_;
};

}  // namespace faultline::query
