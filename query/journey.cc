// Two steps. First every segment is asked for the id, which costs a filter
// lookup where it does not occur. Then the events found are read for the exact
// ids that they carry, and each of those is asked for in the same way, once.
// The second step does not lead to a third: a chain of shared ids would soon
// hold half of the store.
#include "query/journey.h"

#include <iterator>
#include <map>
#include <set>
#include <utility>

#include "base/status_macros.h"
#include "query/id_candidates.h"
#include "query/id_lookup.h"
#include "query/journey_clocks.h"
#include "query/search.h"

namespace faultline::query {
namespace {

using store::IdKind;

class Journeyer {
 public:
  Journeyer(const store::View& view, const JourneyQuestion& question, const QueryControl& control)
      : view_(view), question_(question), control_(control) {}

  // Looks an id up that was asked for: its events belong to the journey even
  // when it does not identify one unit.
  absl::Status LookUpAsked(IdKind kind, const std::string& id) { return LookUp(kind, id, /*asked=*/true); }

  // Reads what was found so far, and looks up the exact ids it carries.
  absl::Status Follow() {
    RETURN_IF_ERROR(ReadPending(/*follow=*/true));
    for (const auto& [kind, id] : std::exchange(to_follow_, {})) RETURN_IF_ERROR(LookUp(kind, id, /*asked=*/false));
    return ReadPending(/*follow=*/false);
  }

  absl::StatusOr<Journey> Finish() {
    std::vector<EventPlace> unread;
    for (const auto& [place, event] : events_) {
      if (!event) unread.push_back(place);
    }
    ASSIGN_OR_RETURN(std::vector<store::OwnedEvent> read, ReadPlaces(view_, unread));
    auto next = read.begin();
    for (auto& [place, event] : events_) {
      if (event) {
        journey_.events.push_back(*std::move(event));
      } else if (next != read.end() && next->sequence == place.sequence) {
        journey_.events.push_back(std::move(*next++));
      }
    }
    QueryControl unrecorded = control_;  // its reads belong to the one step
    unrecorded.plan = nullptr;
    const QueryPlan::Timer timer(control_.plan, QueryPlan::Step::kCorrectClocks);
    RETURN_IF_ERROR(CorrectByClocks(view_, unrecorded, journey_.events));
    for (const auto& segment : view_.segments) {
      const bool holds = holders_.contains(segment.get());
      NoteSegment(control_.plan, holds ? QueryPlan::Segment::kRead : QueryPlan::Segment::kSkippedByFilter);
    }
    return std::move(journey_);
  }

 private:
  using Found = std::vector<std::pair<const store::Segment*, std::vector<uint32_t>>>;

  absl::Status LookUp(IdKind kind, const std::string& id, bool asked) {
    if (!looked_up_.emplace(kind, id).second) return absl::OkStatus();
    Found found;
    FoundId result{kind, id};
    const auto add = [&](const store::Segment& segment, std::vector<uint32_t> ordinals) {
      result.events += static_cast<int64_t>(ordinals.size());
      found.emplace_back(&segment, std::move(ordinals));
      return absl::OkStatus();
    };
    RETURN_IF_ERROR(ForEachHolder(view_, kind, id, control_, add));
    if (found.empty()) return absl::OkStatus();
    result.not_identifying = static_cast<size_t>(result.events) > question_.max_events_per_id;
    journey_.ids.push_back(result);
    for (const auto& [segment, ordinals] : found) {
      holders_.insert(segment);
      if (!result.not_identifying) {
        for (const uint32_t ordinal : ordinals) AddPending(*segment, ordinal);
      } else if (asked) {
        RETURN_IF_ERROR(AddPlaces(*segment, ordinals));
      }
    }
    return absl::OkStatus();
  }

  void AddPending(const store::Segment& segment, uint32_t ordinal) {
    const uint64_t sequence = segment.base_sequence() + ordinal;
    if (read_.insert(sequence).second) pending_.emplace(sequence, &segment);
  }

  // The events of several ids often are neighbours, which cost little to read
  // together.
  absl::Status ReadPending(bool follow) {
    for (auto next = pending_.begin(); next != pending_.end();) {
      const store::Segment& segment = *next->second;
      std::vector<uint32_t> ordinals;
      for (; next != pending_.end() && next->second == &segment; ++next) {
        ordinals.push_back(static_cast<uint32_t>(next->first - segment.base_sequence()));
      }
      RETURN_IF_ERROR(control_.Check());
      std::vector<store::OwnedEvent> events;
      {
        const QueryPlan::Timer timer(control_.plan, QueryPlan::Step::kReadEvents);
        ASSIGN_OR_RETURN(events, segment.ReadEvents(ordinals));
      }
      for (store::OwnedEvent& event : events) {
        if (follow) CollectExactIds(event.event);
        const EventPlace place{event.event.time_us, event.sequence};
        Keep(place, std::move(event));
      }
    }
    pending_.clear();
    return absl::OkStatus();
  }

  void CollectExactIds(const store::Event& event) {
    for (int i = 0; i < store::kIdKinds; ++i) {
      const auto kind = static_cast<IdKind>(i);
      const std::string_view id = event.id(kind);
      if (store::IsExact(kind) && !id.empty()) to_follow_.emplace_back(kind, id);
    }
  }

  // Any number of events: only their times are read.
  absl::Status AddPlaces(const store::Segment& segment, const std::vector<uint32_t>& ordinals) {
    for (size_t i = 0; i < ordinals.size();) {
      const uint32_t chunk = ordinals[i] / store::kChunkEvents;
      RETURN_IF_ERROR(control_.Check());
      RETURN_IF_ERROR(segment.ReadColumns(chunk, store::kTimeColumn, columns_));
      for (; i < ordinals.size() && ordinals[i] / store::kChunkEvents == chunk; ++i) {
        const uint32_t at = ordinals[i] - columns_.first_ordinal;
        if (at >= columns_.size) return absl::InternalError("an id leads to an event that is not there");
        Keep({columns_.time_us[at], segment.base_sequence() + ordinals[i]}, std::nullopt);
      }
    }
    return absl::OkStatus();
  }

  // Never more than the limit: an id may have millions of events.
  void Keep(const EventPlace& place, std::optional<store::OwnedEvent> event) {
    if (!question_.range.Contains(place.time_us)) return;
    auto& kept = events_[place];
    if (event) kept = std::move(event);
    if (events_.size() <= question_.limit) return;
    events_.erase(std::prev(events_.end()));
    journey_.more = true;
  }

  const store::View& view_;
  const JourneyQuestion& question_;
  const QueryControl& control_;
  Journey journey_;
  std::set<std::pair<IdKind, std::string>> looked_up_;
  std::vector<std::pair<IdKind, std::string>> to_follow_;
  std::set<const store::Segment*> holders_;                        // of any id that was looked up
  std::set<uint64_t> read_;                                        // sequences of events that are read or pending
  std::map<uint64_t, const store::Segment*> pending_;              // by sequence: to be read
  std::map<EventPlace, std::optional<store::OwnedEvent>> events_;  // earliest first; nullopt: not read yet
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
      RETURN_IF_ERROR(journeyer.LookUpAsked(kind, candidate));
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
