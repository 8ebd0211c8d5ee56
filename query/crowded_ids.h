// The exact ids that identify nothing, as answers list them.
//
// Belongs to one thread.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "faultline/v1/failure_query_service.pb.h"
#include "query/unit_graph.h"
#include "store/segment.h"

namespace faultline::query {

// Ids that an answer lists at most.
inline constexpr size_t kMaxListedIds = 100;

class CrowdedIds {
 public:
  using Rows = google::protobuf::RepeatedPtrField<faultline::v1::JourneyId>;

  // Step 1: adds those whose events reach into `range`, most events first.
  void Collect(const UnitGraph& graph, const store::TimeRange& range, Rows& rows);
  // Step 2: their texts, from `events`, which should have all of sequences().
  void FillTexts(const std::map<uint64_t, store::OwnedEvent>& events, Rows& rows) const;
  const std::vector<uint64_t>& sequences() const { return sequences_; }

 private:
  // By row: an event that carries the id, and the id's kind.
  std::vector<uint64_t> sequences_;
  std::vector<store::IdKind> kinds_;
};

}  // namespace faultline::query
