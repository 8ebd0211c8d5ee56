#include "query/unit_graph.h"

#include <algorithm>
#include <tuple>

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
  facts_.reserve(events);
  signature_numbers_.reserve(events);
  regions_of_.reserve(events);
  ids_of_.reserve(events);
  units_.reserve(events);
}

uint32_t UnitGraph::SignatureNumber(store::Side side, uint64_t signature) {
  const auto [found, added] =
      signature_index_.try_emplace({signature, static_cast<uint8_t>(side)}, static_cast<uint32_t>(signatures_.size()));
  if (added) {
    signatures_.push_back({side, signature});
    postings_.AddSignature();
  }
  return found->second;
}

uint16_t UnitGraph::ServiceCode(std::string_view service) { return services_.CodeOf(service); }
uint16_t UnitGraph::RegionCode(std::string_view region) { return regions_.CodeOf(region); }

void UnitGraph::Append(const GraphEvent& event) {
  const auto number = static_cast<uint32_t>(size());
  sequences_.Add(event.sequence);
  times_us_.push_back(event.time_us);
  facts_.push_back({0, false, event.service, StateOf(event), 0});
  clocks_.AddEvent();
  if (event.session != 0) clocks_.SetClock(event.session, event.clock_offset_us);
  if (event.repeat_key != 0) new_repeats_.push_back({event.repeat_key, number});
  signature_numbers_.push_back(event.signature);
  regions_of_.push_back(event.region);
  ids_of_.push_back(event.ids);
  units_.emplace_back();
  links_.Add();
  if (event.signature == kNoFailure) return;
  postings_.Add(event.signature, number);
}

uint8_t UnitGraph::StateOf(const GraphEvent& event) const {
  const bool failure = event.signature != kNoFailure;
  auto state = static_cast<uint8_t>(failure ? signatures_[event.signature].side : event.side);
  if (!failure) state |= EventFacts::kNoFailureBit;
  if (event.success) state |= EventFacts::kSuccessBit;
  if (event.sampled) state |= EventFacts::kSampledBit;
  if (std::any_of(event.ids.begin(), event.ids.end(), [](uint32_t id) { return id != IdTable::kNone; })) {
    state |= EventFacts::kExactIdBit;
  }
  return state;
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
  SpreadChanged();
  postings_.Update({times_us_, signature_numbers_, facts_}, renewed_);
  blocks_.Update(times_us_, facts_, renewed_);
  renewed_ = std::vector<uint32_t>();  // gives the memory back
  linked_ = static_cast<uint32_t>(size());
  sequences_.Sort();
}

void UnitGraph::MakeUnit(uint32_t event) {
  units_[event] = {event, event};
  facts_[event].ages = 0;
  facts_[event].linked = false;
  Place(event);
}

// Counts the unit for the stratum that its earliest events say.
void UnitGraph::Place(uint32_t root) {
  const Unit& unit = units_[root];
  facts_[root].stratum = strata_.NumberOf(MinuteOf(corrected_us(unit.first)), regions_of_[unit.located]);
  strata_.AddUnit(facts_[root].stratum);
  Renew(root);
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
    strata_.RemoveUnit(facts_[root].stratum);
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
      Unite(first, event);
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
      Unite(neighbour, repeated.event);
    }
  }
  new_repeats_.clear();
}

void UnitGraph::Unite(uint32_t a, uint32_t b) {
  a = UnitOf(a);
  b = UnitOf(b);
  if (a == b) return;
  if (links_.SizeOf(a) + links_.SizeOf(b) > kMaxUnitEvents) {
    for (const uint32_t root : {a, b}) {
      if (!FormsPairs(root)) continue;  // done when it became so large
      links_.ForEachMember(root, [this](uint32_t member) {
        facts_[member].ages = EventFacts::kUnknownAges;
        facts_[member].linked = false;
        Renew(member);
      });
    }
  }
  const auto united = links_.Unite(a, b);
  if (united) MergeUnits(united->root, united->absorbed);
}

void UnitGraph::MergeUnits(uint32_t into, uint32_t from) {
  strata_.RemoveUnit(facts_[into].stratum);
  strata_.RemoveUnit(facts_[from].stratum);
  Absorb(units_[into], units_[from]);
  Place(into);
  MarkChanged(into);
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
    Unit unit{root, root};
    links_.ForEachMember(root, [&](uint32_t member) { Absorb(unit, {member, member}); });
    strata_.RemoveUnit(facts_[root].stratum);
    units_[root] = unit;
    Place(root);
    MarkChanged(root);
  });
}

void UnitGraph::MarkChanged(uint32_t root) {
  if ((facts_[root].state & EventFacts::kChangedBit) == 0) changed_.push_back(root);
  facts_[root].state |= EventFacts::kChangedBit;
}

// The root of a unit that changed is among `changed_` itself.
void UnitGraph::SpreadChanged() {
  for (const uint32_t event : changed_) {
    facts_[event].state &= static_cast<uint8_t>(~EventFacts::kChangedBit);
    if (UnitOf(event) == event) Spread(event);
  }
  changed_ = std::vector<uint32_t>();
}

// Tells all members of a unit what its members know of it.
void UnitGraph::Spread(uint32_t root) {
  if (links_.SizeOf(root) == 1 || !FormsPairs(root)) return;
  members_.clear();
  links_.ForEachMember(root, [this](uint32_t member) { members_.push_back(member); });
  std::sort(members_.begin(), members_.end(), [this](uint32_t a, uint32_t b) {
    return std::tuple(signature_numbers_[a], times_us_[a], a) < std::tuple(signature_numbers_[b], times_us_[b], b);
  });
  constexpr int kSidesOfState = EventFacts::kSideBits + 1;
  std::array<uint32_t, kSidesOfState> first_of_side{};
  first_of_side.fill(UINT32_MAX);
  for (const uint32_t member : members_) {
    uint32_t& first = first_of_side[facts_[member].state & EventFacts::kSideBits];
    if (!IsFailure(member)) continue;
    if (first == UINT32_MAX || std::pair(times_us_[member], member) < std::pair(times_us_[first], first))
      first = member;
  }
  const bool linked = std::count(first_of_side.begin(), first_of_side.end(), UINT32_MAX) + 1 < kSidesOfState;
  uint32_t first = members_.front();
  for (const uint32_t member : members_) {
    if (signature_numbers_[member] != signature_numbers_[first]) first = member;
    facts_[member].stratum = facts_[root].stratum;
    facts_[member].linked = linked;
    Renew(member);
    if (!IsFailure(member)) continue;
    const uint32_t of_side = first_of_side[facts_[member].state & EventFacts::kSideBits];
    facts_[member].ages = static_cast<uint8_t>(AgeAfter(first, member) | AgeAfter(of_side, member) << 4);
  }
}

uint8_t UnitGraph::AgeAfter(uint32_t first, uint32_t event) const {
  return first == event ? RepeatAge::kFirst : RepeatAge::ClassOf(times_us_[event] - times_us_[first]);
}

std::optional<uint32_t> UnitGraph::FirstAlike(uint32_t event, Alike alike) const {
  if (!FormsPairs(UnitOf(event))) return std::nullopt;
  std::optional<uint32_t> first;
  links_.ForEachMember(event, [&](uint32_t other) {
    if (!IsFailure(other) || facts_[other].age(alike) != RepeatAge::kFirst) return;
    const bool is_alike =
        alike == Alike::kSignature ? signature(other) == signature(event) : side(other) == side(event);
    if (is_alike) first = other;
  });
  return first;
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

size_t UnitGraph::bytes() const {
  size_t bytes = ids_.bytes() + clocks_.bytes() + postings_.bytes() +
                 times_us_.capacity() * (sizeof(int64_t) + sizeof(uint32_t) * 3 + sizeof(ExactIds) + sizeof(Unit) +
                                         sizeof(uint16_t) + sizeof(EventFacts));
  return bytes;
}

}  // namespace faultline::query
