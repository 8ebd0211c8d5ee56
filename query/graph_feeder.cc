#include "query/graph_feeder.h"

#include <algorithm>

#include "base/status_macros.h"

namespace faultline::query {
namespace {

using store::Dimension;

bool HasAny(const ExactIds& ids) {
  return std::any_of(ids.begin(), ids.end(), [](uint32_t id) { return id != IdTable::kNone; });
}

uint64_t Mix(uint64_t hash, uint64_t value) {
  hash = (hash ^ value) * 0x9e3779b97f4a7c15u;
  return hash ^ hash >> 32;
}

absl::Status Damaged(const char* what) { return absl::DataLossError(std::string("a segment has ") + what); }

// Calls `visit(index of the id, its places)` for each.
template <typename Visit>
void ForEachFound(const GraphRows::Found& found, Visit visit) {
  size_t place = 0;
  for (size_t i = 0; i < found.hashes.size(); ++i) {
    visit(i, std::span(found.places).subspan(place, found.counts[i]));
    place += found.counts[i];
  }
}

}  // namespace

absl::Status GraphFeeder::Feed(const store::Segment& segment, uint32_t begin, uint32_t end,
                               const store::TimeRange& range) {
  if (begin >= end) return absl::OkStatus();
  const auto is_wanted = [&range](uint32_t, int64_t time_us) { return range.Contains(time_us); };
  RETURN_IF_ERROR(rows_.ReadColumns(segment, begin, end, is_wanted));
  RETURN_IF_ERROR(rows_.FindIds(segment, collect_new_ids_));
  RETURN_IF_ERROR(Translate(segment));
  ClearIds();
  NumberIds();
  RETURN_IF_ERROR(FindSessions(segment, collect_new_ids_));
  Append();
  return absl::OkStatus();
}

absl::Status GraphFeeder::FeedOutside(const store::Segment& segment, uint32_t begin, uint32_t end,
                                      const GraphWindow& window) {
  if (begin >= end) return absl::OkStatus();
  const auto is_wanted = [&window](uint32_t, int64_t time_us) { return window.IsOutside(time_us); };
  RETURN_IF_ERROR(rows_.ReadColumns(segment, begin, end, is_wanted));
  if (!rows_.any_wanted()) return absl::OkStatus();
  RETURN_IF_ERROR(rows_.FindIds(segment, /*with_texts=*/false));
  RETURN_IF_ERROR(Translate(segment));
  ClearIds();
  chosen_.assign(rows_.size(), 0);
  ChooseByIds();
  RETURN_IF_ERROR(FindSessions(segment, /*collect=*/false));
  ChooseRepeats(window);
  if (std::find(chosen_.begin(), chosen_.end(), 1) == chosen_.end()) return absl::OkStatus();
  for (size_t i = 0; i < rows_.size(); ++i) rows_.SetWanted(i, chosen_[i] != 0);
  RETURN_IF_ERROR(rows_.FindIds(segment, /*with_texts=*/true));
  ClearIds();
  NumberIds();
  RETURN_IF_ERROR(FindSessions(segment, /*collect=*/true));
  Append();
  return absl::OkStatus();
}

absl::Status GraphFeeder::FeedChosen(const store::Segment& segment, std::span<const uint32_t> ordinals,
                                     const GraphWindow& window) {
  if (ordinals.empty()) return absl::OkStatus();
  const auto is_wanted = [&](uint32_t ordinal, int64_t time_us) {
    return window.IsOutside(time_us) && std::binary_search(ordinals.begin(), ordinals.end(), ordinal);
  };
  RETURN_IF_ERROR(rows_.ReadColumns(segment, ordinals.front(), ordinals.back() + 1, is_wanted));
  if (!rows_.any_wanted()) return absl::OkStatus();
  RETURN_IF_ERROR(rows_.FindIds(segment, /*with_texts=*/true));
  RETURN_IF_ERROR(Translate(segment));
  ClearIds();
  NumberIds();
  RETURN_IF_ERROR(FindSessions(segment, /*collect=*/true));
  Append();
  return absl::OkStatus();
}

void GraphFeeder::Append() {
  for (size_t i = 0; i < rows_.size(); ++i) {
    GraphRows::Row& row = rows_.row(i);
    if (!rows_.IsWanted(i) || !(row.failure || HasAny(ids_[i]))) continue;
    row.event.ids = ids_[i];
    row.event.side = static_cast<store::Side>(row.side);
    graph_.Append(row.event);
  }
}

// The segment's codes become the graph's. Its dictionaries are read after its
// rows: those of an open segment grow.
absl::Status GraphFeeder::Translate(const store::Segment& segment) {
  ASSIGN_OR_RETURN(const auto signatures, segment.signatures());
  ASSIGN_OR_RETURN(const auto services, segment.dictionary(Dimension::kService));
  ASSIGN_OR_RETURN(const auto regions, segment.dictionary(Dimension::kRegion));
  for (size_t i = 0; i < rows_.size(); ++i) {
    const GraphRows::Row& row = rows_.row(i);
    if (row.event.service >= services->size() || row.event.region >= regions->size()) {
      return Damaged("a code that its dictionary lacks");
    }
    if (row.failure && row.signature_code >= signatures->size()) return Damaged("a signature that it does not list");
    if (row.side >= store::kSides) return Damaged("an unknown side");
  }
  std::vector<uint16_t> service_codes, region_codes;
  for (const std::string_view service : *services) service_codes.push_back(graph_.ServiceCode(service));
  for (const std::string_view region : *regions) region_codes.push_back(graph_.RegionCode(region));
  std::vector<std::array<uint32_t, store::kSides>> numbers(signatures->size());
  for (auto& by_side : numbers) by_side.fill(UnitGraph::kNoFailure);
  for (size_t i = 0; i < rows_.size(); ++i) {
    GraphRows::Row& row = rows_.row(i);
    row.event.service = service_codes[row.event.service];
    row.event.region = region_codes[row.event.region];
    row.event.signature = UnitGraph::kNoFailure;
    if (!rows_.IsWanted(i) || !row.failure) continue;
    const uint64_t signature = (*signatures)[row.signature_code];
    uint32_t& number = numbers[row.signature_code][row.side];
    if (number == UnitGraph::kNoFailure && signature != 0) {
      number = graph_.SignatureNumber(static_cast<store::Side>(row.side), signature);
    }
    row.event.signature = number;
    row.failure = number != UnitGraph::kNoFailure;
  }
  return absl::OkStatus();
}

void GraphFeeder::NumberIds() {
  for (int kind = 0; kind < kExactIdKinds; ++kind) {
    const GraphRows::Found& found = rows_.found(kind);
    numbers_.resize(found.hashes.size());
    const size_t known = graph_.ids().size();
    graph_.ids().Add(found.hashes, found.counts, numbers_);
    ForEachFound(found, [&](size_t i, std::span<const uint16_t> places) {
      for (const uint16_t place : places) ids_[place][kind] = numbers_[i];
      if (numbers_[i] < known || found.texts.empty()) return;
      new_ids_.push_back({static_cast<store::IdKind>(kind), found.texts[i], numbers_[i]});
    });
  }
}

// Of wanted rows with a clock, and of failures without exact ids.
absl::Status GraphFeeder::FindSessions(const store::Segment& segment, bool collect) {
  RETURN_IF_ERROR(rows_.FindWeakIds(segment, collect, [this](size_t i) {
    return rows_.row(i).has_clock || (rows_.row(i).failure && !HasAny(ids_[i]));
  }));
  for (size_t i = 0; i < rows_.size(); ++i) {
    const GraphRows::WeakId& id = rows_.weak_id(i);
    if (id.hash == 0) continue;
    GraphRows::Row& row = rows_.row(i);
    if (row.has_clock && id.kind != store::IdKind::kUser) {
      row.event.session = id.hash;
      if (collect && !graph_.clocks().Knows(id.hash)) new_sessions_.push_back({id.kind, rows_.weak_text(i)});
    }
    if (row.failure && !HasAny(ids_[i])) SetRepeatKey(i);
  }
  return absl::OkStatus();
}

absl::Status GraphFeeder::LearnClocks(const store::Segment& segment, std::span<const uint32_t> ordinals,
                                      const GraphWindow& window) {
  if (ordinals.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const std::vector<store::OwnedEvent> events, segment.ReadEvents(ordinals));
  for (const store::OwnedEvent& owned : events) {
    const store::Event& event = owned.event;
    if (!window.IsOutside(event.time_us)) continue;
    const auto offset = ClockOffset(event.time_us, event.claimed_time_us, event.received_time_us, event.flags);
    const GraphRows::WeakId id = GraphRows::WeakIdOf(event);
    if (offset && id.hash != 0 && id.kind != store::IdKind::kUser) graph_.LearnClock(id.hash, *offset);
  }
  return absl::OkStatus();
}

// Repeated lines of one failure agree in all of it.
void GraphFeeder::SetRepeatKey(size_t row) {
  GraphEvent& event = rows_.row(row).event;
  const uint64_t place = uint64_t{event.signature} << 32 | uint64_t{event.service} << 16 | event.region;
  event.repeat_key = Mix(Mix(0, rows_.weak_id(row).hash), place) | 1;
}

// Chooses the rows with an id that the graph has. Ids are numbered provisionally, so that it is known which rows
// have one.
void GraphFeeder::ChooseByIds() {
  IdTable& ids = graph_.ids();
  std::array<std::vector<uint32_t>, kExactIdKinds> known;
  for (int kind = 0; kind < kExactIdKinds; ++kind) {
    const GraphRows::Found& found = rows_.found(kind);
    known[kind].resize(found.hashes.size());
    ids.Find(found.hashes, known[kind]);
    ForEachFound(found, [&](size_t i, std::span<const uint16_t> places) {
      const uint32_t number = known[kind][i];
      const bool links = number != IdTable::kNone && !ids.WouldBeCrowded(number, found.counts[i]);
      for (const uint16_t place : places) {
        ids_[place][kind] = 0;
        if (links) chosen_[place] = 1;
      }
    });
  }
  // What is not chosen still counts for the ids that it carries.
  for (int kind = 0; kind < kExactIdKinds; ++kind) {
    const GraphRows::Found& found = rows_.found(kind);
    ForEachFound(found, [&](size_t i, std::span<const uint16_t> places) {
      if (known[kind][i] == IdTable::kNone) return;
      const auto left = static_cast<uint32_t>(
          std::count_if(places.begin(), places.end(), [this](uint16_t place) { return !chosen_[place]; }));
      if (left > 0) ids.Add({&found.hashes[i], 1}, {&left, 1}, {&known[kind][i], 1});
    });
  }
}

// Needs sessions. Also tells clocks what rows know that are not chosen.
void GraphFeeder::ChooseRepeats(const GraphWindow& window) {
  for (size_t i = 0; i < rows_.size(); ++i) {
    const GraphEvent& event = rows_.row(i).event;
    if (!rows_.IsWanted(i) || chosen_[i]) continue;
    if (event.repeat_key != 0 && window.near.Contains(event.time_us) && graph_.HasRepeats(event.repeat_key)) {
      chosen_[i] = 1;
    } else if (event.session != 0) {
      graph_.LearnClock(event.session, event.clock_offset_us);
    }
  }
}

}  // namespace faultline::query
