// What a unit graph needs to know of a part of a segment, before anything is numbered.
//
// Ids come from the segment's link tables, which hold each distinct id once, and
// everything else from its columns: no event is read as a whole. Belongs to one thread;
// its memory is kept from one Read() to the next.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "query/unit_graph.h"
#include "store/segment.h"

namespace faultline::query {

class GraphRows {
 public:
  struct Row {
    GraphEvent event;  // codes are the segment's; no ids, session or repeat key yet
    uint16_t signature_code = 0;
    bool has_clock = false;  // it says when it was sent, and when received
    uint8_t side = 0;
    bool failure = false;
  };
  // The ids of one kind that wanted rows carry, each with those rows.
  struct Found {
    std::vector<uint64_t> hashes;
    std::vector<uint32_t> counts;
    std::vector<uint16_t> places;    // indexes of rows; `counts` of each id, one id after the other
    std::vector<std::string> texts;  // the ids, only when asked for
  };
  // A session, else a device, else a user.
  struct WeakId {
    uint64_t hash = 0;  // 0 for none
    store::IdKind kind = store::IdKind::kSession;
  };

  // Reads events with ordinals [begin, end). Wanted are those that `is_wanted` says yes to.
  absl::Status ReadColumns(const store::Segment& segment, uint32_t begin, uint32_t end,
                           absl::FunctionRef<bool(uint32_t ordinal, int64_t time_us)> is_wanted);
  // Finds the exact ids of the wanted rows.
  absl::Status FindIds(const store::Segment& segment, bool with_texts);
  // Finds the weak ids of wanted rows that `is_asked` says yes to.
  absl::Status FindWeakIds(const store::Segment& segment, bool with_texts,
                           absl::FunctionRef<bool(size_t row)> is_asked);

  size_t size() const { return rows_.size(); }
  Row& row(size_t at) { return rows_[at]; }
  const Row& row(size_t at) const { return rows_[at]; }
  bool IsWanted(size_t at) const { return wanted_[at] != 0; }
  // Only from wanted to not wanted.
  void SetWanted(size_t at, bool wanted) {
    wanted_[at] = wanted ? 1 : 0;
    all_wanted_ = all_wanted_ && wanted;
  }
  bool any_wanted() const { return any_wanted_; }  // after ReadColumns
  const Found& found(size_t kind) const { return found_[kind]; }
  const WeakId& weak_id(size_t at) const { return weak_ids_[at]; }
  const std::string& weak_text(size_t at) const { return weak_texts_[at]; }  // only when asked for
  // As weak_id() of an event.
  static WeakId WeakIdOf(const store::Event& event);

 private:
  void ReadRow(size_t at, Row& row) const;

  uint32_t begin_ = 0;
  std::vector<Row> rows_;
  // Apart from the rows, as ids lead to events in random order. By row.
  std::vector<uint8_t> wanted_;
  bool all_wanted_ = false, any_wanted_ = false;
  std::array<Found, kExactIdKinds> found_;
  std::vector<WeakId> weak_ids_;
  std::vector<std::string> weak_texts_;
  store::Columns columns_;
};

}  // namespace faultline::query
