#include "query/crowded_ids.h"

#include <algorithm>

#include "query/correlation_answer.h"

namespace faultline::query {

void CrowdedIds::Collect(const UnitGraph& graph, const store::TimeRange& range, Rows& rows) {
  const IdTable& ids = graph.id_table();
  std::vector<uint32_t> crowded;
  for (const uint32_t id : ids.crowded()) {
    if (ids.first_event(id) == IdTable::kNone) continue;
    const auto [first_us, last_us] = graph.CrowdedSpan(id);
    if (first_us < range.end_us && last_us >= range.start_us) crowded.push_back(id);
  }
  std::sort(crowded.begin(), crowded.end(), [&](uint32_t a, uint32_t b) {
    return ids.events(a) != ids.events(b) ? ids.events(a) > ids.events(b) : ids.hash(a) < ids.hash(b);
  });
  if (crowded.size() > kMaxListedIds) crowded.resize(kMaxListedIds);
  for (const uint32_t id : crowded) {
    faultline::v1::JourneyId& row = *rows.Add();
    row.set_events(ids.events(id));
    row.set_not_identifying(true);
    const uint32_t event = ids.first_event(id);
    const ExactIds& of_event = graph.ids_of(event);
    sequences_.push_back(graph.SequenceOf(event));
    kinds_.push_back(static_cast<store::IdKind>(std::find(of_event.begin(), of_event.end(), id) - of_event.begin()));
  }
}

void CrowdedIds::FillTexts(const std::map<uint64_t, store::OwnedEvent>& events, Rows& rows) const {
  for (size_t i = 0; i < sequences_.size(); ++i) {
    const auto event = events.find(sequences_[i]);
    FillId(kinds_[i], event == events.end() ? "" : event->second.event.id(kinds_[i]),
           *rows[static_cast<int>(i)].mutable_id());
  }
}

}  // namespace faultline::query
