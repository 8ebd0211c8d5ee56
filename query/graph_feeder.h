// Brings events of the store into a unit graph, a part of a segment at a time.
//
// Ids come from the segment's link tables, which hold each distinct id once, and
// everything else from its columns: no event is read as a whole. Belongs to one thread.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "query/unit_graph.h"
#include "store/segment.h"

namespace faultline::query {

class GraphFeeder {
 public:
  // `graph` must outlive it.
  explicit GraphFeeder(UnitGraph& graph) : graph_(graph) {}

  // Appends the events with ordinals [begin, end) whose time is in `range`, but for those that
  // neither are failures nor have an exact id. On an error nothing is appended.
  absl::Status Feed(const store::Segment& segment, uint32_t begin, uint32_t end, const store::TimeRange& range);

 private:
  // The ids of one kind, each with the places in `rows_` of its events.
  struct Found {
    std::vector<uint64_t> hashes;
    std::vector<uint32_t> counts;
    std::vector<uint16_t> places;
  };
  struct Row {
    GraphEvent event;  // codes are the segment's until Translate
    uint16_t signature_code = 0;
    bool has_clock = false;  // it says when it was sent, and when received
    uint8_t side = 0;
    bool failure = false;
  };

  absl::Status ReadRows(const store::Segment& segment, uint32_t begin, uint32_t end, const store::TimeRange& range);
  void ReadRow(size_t at, Row& row) const;
  absl::Status Translate(const store::Segment& segment);
  absl::Status FindIds(const store::Segment& segment, uint32_t begin);
  void NumberIds();
  absl::Status FindSessions(const store::Segment& segment, uint32_t begin);
  void SetRepeatKey(size_t row);

  UnitGraph& graph_;
  // Reused from one call to the next.
  std::vector<Row> rows_;
  // Apart from the rows, as ids lead to events in random order. By row.
  std::vector<uint8_t> wanted_;  // its time is in the range
  bool all_wanted_ = false;
  std::vector<ExactIds> ids_;
  std::array<Found, kExactIdKinds> found_;
  std::vector<uint32_t> numbers_;
  // Of failures without exact ids, and of events with a clock: the session, else the device, else the user.
  struct WeakId {
    uint64_t hash = 0;
    store::IdKind kind = store::IdKind::kSession;
  };
  std::vector<WeakId> weak_ids_;
  store::Columns columns_;
};

}  // namespace faultline::query
