// Two steps. First every segment is asked for the id, which costs a filter
// lookup where it does not occur. Then the events found are read for the exact
// ids that they carry, and each of those is asked for in the same way, once.
// The second step does not lead to a third: a chain of shared ids would soon
// hold half of the store.
#include "query/journey.h"

#include <iterator>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "query/id_candidates.h"
#include "query/search.h"

namespace faultline::query {
namespace {

using store::IdKind;

class Journeyer {
 public:
  Journeyer(const store::View& view, const JourneyQuestion& question, const QueryControl& control)
      : view_(view), question_(question), control_(control) {}

  // Looks an id up. `always`: its events belong to the journey even when it
  // does not identify one unit.
  absl::Status LookUp(IdKind kind, const std::string& id, bool always) {
    if (!looked_up_.emplace(kind, id).second) return absl::OkStatus();
    std::vector<std::pair<const store::Segment*, std::vector<uint32_t>>> found;
    FoundId result{kind, id};
    for (const auto& segment : view_.segments) {
      RETURN_IF_ERROR(control_.Check());
      ASSIGN_OR_RETURN(std::vector<uint32_t> ordinals, segment->FindId(kind, id));
      if (ordinals.empty()) continue;
      result.events += static_cast<int64_t>(ordinals.size());
      found.emplace_back(segment.get(), std::move(ordinals));
    }
    if (found.empty()) return absl::OkStatus();
    result.not_identifying = static_cast<size_t>(result.events) > question_.max_events_per_id;
    journey_.ids.push_back(result);
    if (result.not_identifying && !always) return absl::OkStatus();
    for (const auto& [segment, ordinals] : found) {
      RETURN_IF_ERROR(AddPlaces(*segment, ordinals, /*follow=*/!result.not_identifying));
    }
    return absl::OkStatus();
  }

  // Looks up the exact ids of the events found so far.
  absl::Status Follow() {
    std::vector<EventPlace> places(follow_.begin(), follow_.end());
    ASSIGN_OR_RETURN(const std::vector<store::OwnedEvent> events, ReadPlaces(view_, places));
    for (const store::OwnedEvent& event : events) {
      for (int i = 0; i < store::kIdKinds; ++i) {
        const auto kind = static_cast<IdKind>(i);
        const std::string_view id = event.event.id(kind);
        if (store::IsExact(kind) && !id.empty()) RETURN_IF_ERROR(LookUp(kind, std::string(id), /*always=*/false));
      }
    }
    return absl::OkStatus();
  }

  absl::StatusOr<Journey> Finish() {
    const std::vector<EventPlace> places(places_.begin(), places_.end());
    ASSIGN_OR_RETURN(journey_.events, ReadPlaces(view_, places));
    return std::move(journey_);
  }

 private:
  absl::Status AddPlaces(const store::Segment& segment, const std::vector<uint32_t>& ordinals, bool follow) {
    for (size_t i = 0; i < ordinals.size();) {
      const uint32_t chunk = ordinals[i] / store::kChunkEvents;
      RETURN_IF_ERROR(control_.Check());
      RETURN_IF_ERROR(segment.ReadColumns(chunk, store::kTimeColumn, columns_));
      for (; i < ordinals.size() && ordinals[i] / store::kChunkEvents == chunk; ++i) {
        const uint32_t at = ordinals[i] - columns_.first_ordinal;
        if (at >= columns_.size) return absl::InternalError("an id leads to an event that is not there");
        const EventPlace place{columns_.time_us[at], segment.base_sequence() + ordinals[i]};
        if (follow) follow_.insert(place);
        if (question_.range.Contains(place.time_us)) Keep(place);
      }
    }
    return absl::OkStatus();
  }

  // Never more than the limit: an id may have millions of events.
  void Keep(const EventPlace& place) {
    places_.insert(place);
    if (places_.size() <= question_.limit) return;
    places_.erase(std::prev(places_.end()));
    journey_.more = true;
  }

  const store::View& view_;
  const JourneyQuestion& question_;
  const QueryControl& control_;
  Journey journey_;
  std::set<std::pair<IdKind, std::string>> looked_up_;
  std::set<EventPlace> places_;
  std::set<EventPlace> follow_;  // events of ids that identify a unit
  store::Columns columns_;
};

}  // namespace

absl::StatusOr<Journey> FindJourney(const store::View& view, const JourneyQuestion& question,
                                    const Pseudonyms* pseudonyms, const QueryControl& control) {
  Journeyer journeyer(view, question, control);
  bool possible = false;
  for (int i = 0; i < store::kIdKinds; ++i) {
    const auto kind = static_cast<IdKind>(i);
    if (question.kind && *question.kind != kind) continue;
    for (const std::string& candidate : IdCandidates(kind, question.id, pseudonyms)) {
      possible = true;
      RETURN_IF_ERROR(journeyer.LookUp(kind, candidate, /*always=*/true));
    }
  }
  if (!possible) {
    return absl::InvalidArgumentError(
        "id: empty, longer than 128 bytes, all zeros, or with characters outside of A-Z a-z 0-9 . _ : @ / + = -");
  }
  RETURN_IF_ERROR(journeyer.Follow());
  return journeyer.Finish();
}

}  // namespace faultline::query
