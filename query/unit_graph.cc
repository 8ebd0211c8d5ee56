#include "query/unit_graph.h"

#include <algorithm>

#include "query/minute.h"

namespace faultline::query {

uint16_t UnitGraph::Codes::CodeOf(std::string_view value) {
  if (value.empty()) return 0;
  const auto found = codes.find(absl::string_view(value.data(), value.size()));
  if (found != codes.end()) return found->second;
  if (values.size() > UINT16_MAX) return 0;
  const auto code = static_cast<uint16_t>(values.size());
  values.emplace_back(value);
  codes.emplace(std::string(value), code);
  return code;
}

void UnitGraph::Reserve(size_t events) {
  ids_.Reserve(events);
  links_.Reserve(events);
  times_us_.reserve(events);
  states_.reserve(events);
  signature_numbers_.reserve(events);
  services_of_.reserve(events);
  regions_of_.reserve(events);
  ids_of_.reserve(events);
  units_.reserve(events);
}

uint32_t UnitGraph::SignatureNumber(store::Side side, uint64_t signature) {
  const auto [found, added] =
      signature_index_.try_emplace({signature, static_cast<uint8_t>(side)}, static_cast<uint32_t>(signatures_.size()));
  if (added) {
    signatures_.push_back({side, signature});
    postings_.emplace_back();
  }
  return found->second;
}

uint16_t UnitGraph::ServiceCode(std::string_view service) { return services_.CodeOf(service); }
uint16_t UnitGraph::RegionCode(std::string_view region) { return regions_.CodeOf(region); }

void UnitGraph::Append(const GraphEvent& event) {
  const auto number = static_cast<uint32_t>(size());
  if (runs_.empty() || event.sequence - runs_.back().first_sequence != number - runs_.back().first_event) {
    runs_.push_back({event.sequence, number});
  }
  if (number % kBlockEvents == 0) blocks_.push_back({event.time_us, event.time_us});
  Block& block = blocks_.back();
  block.first_us = std::min(block.first_us, event.time_us);
  block.last_us = std::max(block.last_us, event.time_us);
  times_us_.push_back(event.time_us);
  states_.push_back(StateOf(event));
  clocks_.AddEvent();
  if (event.session != 0) clocks_.SetClock(event.session, event.clock_offset_us);
  if (event.repeat_key != 0) new_repeats_.push_back({event.repeat_key, number});
  signature_numbers_.push_back(event.signature);
  services_of_.push_back(event.service);
  regions_of_.push_back(event.region);
  ids_of_.push_back(event.ids);
  units_.emplace_back();
  links_.Add();
  if (event.signature == kNoFailure) return;
  Postings& postings = postings_[event.signature];
  if (postings.sorted == postings.events.size()) unsorted_.push_back(event.signature);
  postings.events.push_back(number);
}

uint8_t UnitGraph::StateOf(const GraphEvent& event) const {
  const bool failure = event.signature != kNoFailure;
  auto state = static_cast<uint8_t>(failure ? signatures_[event.signature].side : event.side);
  if (!failure) state |= kNoFailureBit;
  if (event.success) state |= kSuccessBit;
  if (event.sampled) state |= kSampledBit;
  if (std::any_of(event.ids.begin(), event.ids.end(), [](uint32_t id) { return id != IdTable::kNone; })) {
    state |= kExactIdBit;
  }
  return state;
}

uint64_t UnitGraph::SequenceOf(uint32_t event) const {
  const auto after = std::upper_bound(runs_.begin(), runs_.end(), event,
                                      [](uint32_t e, const Run& run) { return e < run.first_event; });
  const Run& run = *std::prev(after);
  return run.first_sequence + (event - run.first_event);
}

std::optional<uint32_t> UnitGraph::EventAt(uint64_t sequence) const {
  const auto after = std::upper_bound(runs_by_sequence_.begin(), runs_by_sequence_.end(), sequence,
                                      [this](uint64_t s, uint32_t run) { return s < runs_[run].first_sequence; });
  if (after == runs_by_sequence_.begin()) return std::nullopt;
  const uint32_t run = *std::prev(after);
  const uint64_t event = runs_[run].first_event + (sequence - runs_[run].first_sequence);
  if (event >= EndOf(run)) return std::nullopt;
  return static_cast<uint32_t>(event);
}

// Mostly they come in order.
void UnitGraph::SortRuns() {
  const auto by_sequence = [this](uint32_t a, uint32_t b) { return runs_[a].first_sequence < runs_[b].first_sequence; };
  const auto sorted = runs_by_sequence_.size();
  for (auto run = static_cast<uint32_t>(sorted); run < runs_.size(); ++run) runs_by_sequence_.push_back(run);
  if (std::is_sorted(runs_by_sequence_.begin() + static_cast<std::ptrdiff_t>(sorted == 0 ? 0 : sorted - 1),
                     runs_by_sequence_.end(), by_sequence)) {
    return;
  }
  std::sort(runs_by_sequence_.begin(), runs_by_sequence_.end(), by_sequence);
}

std::span<const uint32_t> UnitGraph::FailuresOf(uint32_t signature, const store::TimeRange& range) const {
  const std::vector<uint32_t>& events = postings_[signature].events;
  const auto is_before = [this](uint32_t event, int64_t time_us) { return times_us_[event] < time_us; };
  const auto start = std::lower_bound(events.begin(), events.end(), range.start_us, is_before);
  const auto end = std::lower_bound(start, events.end(), range.end_us, is_before);
  return {start, end};
}

bool UnitGraph::IsEarlier(uint32_t a, uint32_t b) const {
  const int64_t time_a = corrected_us(a), time_b = corrected_us(b);
  if (time_a != time_b) return time_a < time_b;
  if (times_us_[a] != times_us_[b]) return times_us_[a] < times_us_[b];
  const auto hash = [this](uint32_t id) { return id == IdTable::kNone ? 0 : ids_.hash(id); };
  for (size_t kind = 0; kind < kExactIdKinds; ++kind) {
    const uint64_t hash_a = hash(ids_of_[a][kind]), hash_b = hash(ids_of_[b][kind]);
    if (hash_a != hash_b) return hash_a < hash_b;
  }
  return SequenceOf(a) < SequenceOf(b);
}

void UnitGraph::Link() {
  MoveToCorrectedTimes();
  for (auto event = linked_; event < size(); ++event) MakeUnit(event);
  for (const uint32_t event : TakeApartCrowded()) UniteByIds(event);
  for (auto event = linked_; event < size(); ++event) UniteByIds(event);
  UniteRepeats();
  for (auto event = linked_; event < size(); ++event) links_.Compress(event);
  linked_ = static_cast<uint32_t>(size());
  SortPostings();
  SortRuns();
}

void UnitGraph::MakeUnit(uint32_t event) {
  const uint32_t stratum = strata_.NumberOf(MinuteOf(corrected_us(event)), regions_of_[event]);
  units_[event] = {event, event, stratum};
  strata_.AddUnit(stratum);
}

// Returns the events of all units that a newly crowded id was part of, each now
// a unit by itself.
std::vector<uint32_t> UnitGraph::TakeApartCrowded() {
  std::vector<uint32_t> loose;
  const std::vector<uint32_t>& crowded = ids_.crowded();
  for (; crowded_seen_ < crowded.size(); ++crowded_seen_) {
    const uint32_t event = ids_.first_event(crowded[crowded_seen_]);
    if (event == IdTable::kNone) continue;
    ExtendCrowded(crowded[crowded_seen_], event);
    const uint32_t root = links_.RootOf(event);
    if (links_.SizeOf(root) == 1) continue;
    strata_.RemoveUnit(units_[root].stratum);
    const size_t start = loose.size();
    links_.Dissolve(root, loose);
    for (size_t i = start; i < loose.size(); ++i) MakeUnit(loose[i]);
  }
  return loose;
}

void UnitGraph::UniteByIds(uint32_t event) {
  for (const uint32_t id : ids_of_[event]) {
    if (id == IdTable::kNone) continue;
    const uint32_t first = ids_.first_event(id);
    if (ids_.IsCrowded(id)) ExtendCrowded(id, event);
    if (first == IdTable::kNone) {
      ids_.set_first_event(id, event);
    } else if (!ids_.IsCrowded(id)) {
      const auto united = links_.Unite(first, event);
      if (united) MergeUnits(united->root, united->absorbed);
    }
  }
}

void UnitGraph::ExtendCrowded(uint32_t id, uint32_t event) {
  const int64_t time_us = times_us_[event];
  auto& span = crowded_spans_.try_emplace(id, time_us, time_us).first->second;
  span = {std::min(span.first, time_us), std::max(span.second, time_us)};
}

void UnitGraph::UniteRepeats() {
  for (const Repeated& repeated : new_repeats_) {
    for (const uint32_t neighbour : repeats_.Add(repeated.key, times_us_[repeated.event], repeated.event)) {
      if (neighbour == RepeatTable::kNone) continue;
      const auto united = links_.Unite(neighbour, repeated.event);
      if (united) MergeUnits(united->root, united->absorbed);
    }
  }
  new_repeats_.clear();
}

void UnitGraph::MergeUnits(uint32_t into, uint32_t from) {
  Unit& unit = units_[into];
  const Unit& other = units_[from];
  strata_.RemoveUnit(unit.stratum);
  strata_.RemoveUnit(other.stratum);
  Absorb(unit, other);
  unit.stratum = strata_.NumberOf(MinuteOf(corrected_us(unit.first)), regions_of_[unit.located]);
  strata_.AddUnit(unit.stratum);
}

void UnitGraph::Absorb(Unit& unit, const Unit& other) const {
  if (corrected_us(other.first) < corrected_us(unit.first)) unit.first = other.first;
  if (IsBetterLocated(other.located, unit.located)) unit.located = other.located;
}

// Units of sessions whose clock turned out to be off by something else.
void UnitGraph::MoveToCorrectedTimes() {
  clocks_.TakeMoved([this](uint32_t event) {
    if (event >= linked_) return;
    const uint32_t root = links_.RootOf(event);
    Unit unit{root, root, 0};
    links_.ForEachMember(root, [&](uint32_t member) { Absorb(unit, {member, member, 0}); });
    strata_.RemoveUnit(units_[root].stratum);
    unit.stratum = strata_.NumberOf(MinuteOf(corrected_us(unit.first)), regions_of_[unit.located]);
    strata_.AddUnit(unit.stratum);
    units_[root] = unit;
  });
}

// Whether `a` says better than `b` where the unit of both was. Equal times are
// decided by name, as codes depend on the order of arrival.
bool UnitGraph::IsBetterLocated(uint32_t a, uint32_t b) const {
  const uint16_t region_a = regions_of_[a], region_b = regions_of_[b];
  const int64_t time_a = corrected_us(a), time_b = corrected_us(b);
  if (region_a == region_b) return region_a != 0 && time_a < time_b;
  if (region_a == 0 || region_b == 0) return region_b == 0;
  if (time_a != time_b) return time_a < time_b;
  return regions_.values[region_a] < regions_.values[region_b];
}

void UnitGraph::SortPostings() {
  const auto by_time = [this](uint32_t a, uint32_t b) {
    return times_us_[a] != times_us_[b] ? times_us_[a] < times_us_[b] : a < b;
  };
  for (const uint32_t signature : unsorted_) {
    Postings& postings = postings_[signature];
    const auto tail = postings.events.begin() + static_cast<std::ptrdiff_t>(postings.sorted);
    std::sort(tail, postings.events.end(), by_time);
    // Mostly only the last few have to make room for late ones.
    const auto from = std::upper_bound(postings.events.begin(), tail, *tail, by_time);
    std::inplace_merge(from, tail, postings.events.end(), by_time);
    postings.sorted = postings.events.size();
  }
  unsorted_.clear();
}

size_t UnitGraph::bytes() const {
  size_t bytes = ids_.bytes() + clocks_.bytes() +
                 times_us_.capacity() * (sizeof(int64_t) + sizeof(uint32_t) * 3 + sizeof(ExactIds) + sizeof(Unit) +
                                         sizeof(uint16_t) * 2 + 1);
  for (const Postings& postings : postings_) bytes += postings.events.capacity() * sizeof(uint32_t);
  return bytes;
}

}  // namespace faultline::query
