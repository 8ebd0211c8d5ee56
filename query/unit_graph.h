// Units of work: which events belong to one message, request or trace.
//
// Two events belong to one unit when they share an exact id, directly or over
// other events. An id that more than `max_events_per_id` events carry identifies
// nothing and links nothing, also not what it linked before it had so many: the
// units it held together are then taken apart and linked again without it. The
// units are thus a function of the set of events; the order in which they come
// does not matter. Failures without an exact id are units by themselves, but for
// repeated lines of one (query/repeat_table.h).
//
// A unit belongs to one stratum: the minute of its earliest event, and the
// region of the earliest event that has one, by session-corrected times. So a pair's two ends
// are always counted in the same place, however long the client waited.
//
// Events are numbered by the order in which they were appended, which need not be that of their
// sequences; a unit is named by one of its events. About 120 bytes an event. Not thread-safe while changing;
// reading is const.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "query/event_blocks.h"
#include "query/event_facts.h"
#include "query/failure_postings.h"
#include "query/id_table.h"
#include "query/repeat_table.h"
#include "query/sequence_runs.h"
#include "query/session_clocks.h"
#include "query/stratum_table.h"
#include "query/unit_links.h"
#include "store/event.h"
#include "store/segment.h"

namespace faultline::query {

inline constexpr int kExactIdKinds = 4;  // trace, span, request, message: the first of IdKind

// Numbers of ids in an IdTable by kind; IdTable::kNone where there is none.
using ExactIds = std::array<uint32_t, kExactIdKinds>;

struct GraphEvent {
  uint64_t sequence = 0;
  int64_t time_us = 0;
  uint32_t signature = 0;  // from SignatureNumber, or UnitGraph::kNoFailure
  uint16_t service = 0;    // from ServiceCode
  uint16_t region = 0;     // from RegionCode
  ExactIds ids = {IdTable::kNone, IdTable::kNone, IdTable::kNone, IdTable::kNone};
  store::Side side = store::Side::kUnspecified;  // read where there is no signature, which has its own
  uint64_t repeat_key = 0;                       // of a failure without exact ids (query/repeat_table.h); 0 for none
  bool success = false;                          // a rule said so
  bool sampled = false;                          // it says that not all like it were sent
  uint64_t session = 0;                          // whose clock `clock_offset_us` is of; 0 for none
  int64_t clock_offset_us = 0;                   // query/session_clocks.h
};

struct GraphSignature {
  store::Side side = store::Side::kUnspecified;
  uint64_t signature = 0;
};

class UnitGraph {
 public:
  // Signature of an event that is no failure: it links, and is never counted.
  static constexpr uint32_t kNoFailure = UINT32_MAX;
  // A larger unit forms no pairs: so many events share no one message. It
  // keeps a chain of shared ids from costing the square of its length.
  static constexpr uint32_t kMaxUnitEvents = 1024;

  explicit UnitGraph(uint32_t max_events_per_id) : ids_(max_events_per_id) {}

  // Makes room for this many events.
  void Reserve(size_t events);
  uint32_t SignatureNumber(store::Side side, uint64_t signature);
  // Codes of values; 0 is the empty value, and every value beyond the 65,535th.
  uint16_t ServiceCode(std::string_view service);
  uint16_t RegionCode(std::string_view region);
  IdTable& ids() { return ids_; }
  // No sequence twice. Appended events can be read after Link().
  void Append(const GraphEvent& event);
  // Whether an event with this key was linked.
  bool HasRepeats(uint64_t repeat_key) const { return repeats_.Has(repeat_key); }
  // What an event that is not in the graph knows about the clock of `session`; nothing when no event is of it.
  void LearnClock(uint64_t session, int64_t offset_us) { clocks_.Learn(session, offset_us); }
  // Links what was appended. Cost: that of the new events, and of the units that
  // a newly crowded id held together.
  void Link();

  size_t size() const { return times_us_.size(); }
  int64_t time_us(uint32_t event) const { return times_us_[event]; }
  // The time with the clock error of the whole session taken out, which orders events and gives lags. Windows
  // are of time_us.
  int64_t corrected_us(uint32_t event) const { return times_us_[event] + clocks_.CorrectionOf(event); }
  const SessionClocks& clocks() const { return clocks_; }
  uint32_t signature(uint32_t event) const { return signature_numbers_[event]; }
  uint16_t service(uint32_t event) const { return facts_[event].service; }
  const ExactIds& ids_of(uint32_t event) const { return ids_of_[event]; }
  store::Side side(uint32_t event) const { return facts_[event].side(); }
  bool IsFailure(uint32_t event) const { return facts_[event].is_failure(); }
  bool HasExactId(uint32_t event) const { return facts_[event].has_exact_id(); }
  bool IsSuccess(uint32_t event) const { return facts_[event].is_success(); }
  bool IsSampled(uint32_t event) const { return facts_[event].is_sampled(); }
  const EventFacts& facts(uint32_t event) const { return facts_[event]; }
  // By corrected time; equal ones by what the events carry, so that it hardly ever is the order of arrival that
  // decides.
  bool IsEarlier(uint32_t a, uint32_t b) const;
  // The stored times of the first and the last event that carries a crowded id.
  std::pair<int64_t, int64_t> CrowdedSpan(uint32_t id) const { return crowded_spans_.at(id); }
  uint64_t SequenceOf(uint32_t event) const { return sequences_.SequenceOf(event); }
  std::optional<uint32_t> EventAt(uint64_t sequence) const { return sequences_.EventAt(sequence); }

  uint32_t UnitOf(uint32_t event) const { return links_.RootOf(event); }
  bool FormsPairs(uint32_t unit) const { return links_.SizeOf(unit) <= kMaxUnitEvents; }
  // That of the unit of an event with these facts.
  uint32_t StratumOf(uint32_t event, const EventFacts& facts) const {
    const bool told = facts.age(Alike::kSignature) != RepeatAge::kUnknown;
    return told ? facts.stratum : facts_[UnitOf(event)].stratum;
  }
  uint32_t StratumOf(uint32_t event) const { return StratumOf(event, facts_[event]); }
  // The failure of its unit that is the first one like it; nullopt when the unit is too large to tell.
  std::optional<uint32_t> FirstAlike(uint32_t event, Alike alike) const;
  template <typename Visit>
  void ForEachMember(uint32_t event, Visit visit) const {
    links_.ForEachMember(event, visit);
  }

  // The same for `events` in turn, `visit(event, member)` and then `end(event)`: members are far apart in memory, so
  // those of events to come are fetched ahead.
  template <typename Visit, typename End>
  void ForEachMemberOfEach(std::span<const uint32_t> events, Visit visit, End end) const {
    constexpr size_t kFar = 16, kNear = 8, kNext = 4;
    using Step = SessionClocks::Step;
    for (size_t i = 0; i < events.size(); ++i) {
      if (i + kFar < events.size()) {
        links_.Prefetch(events[i + kFar]);
        clocks_.Prefetch(events[i + kFar], Step::kEvent);
      }
      if (i + kNear < events.size()) {
        const uint32_t next = links_.NextOf(events[i + kNear]);
        links_.Prefetch(next);
        __builtin_prefetch(&signature_numbers_[next]);
        __builtin_prefetch(&times_us_[next]);
        clocks_.Prefetch(next, Step::kEvent);
        clocks_.Prefetch(events[i + kNear], Step::kClock);
      }
      if (i + kNext < events.size()) {
        clocks_.Prefetch(events[i + kNext], Step::kSession);
        const uint32_t second = links_.NextOf(links_.NextOf(events[i + kNext]));
        links_.Prefetch(second);
        __builtin_prefetch(&signature_numbers_[second]);
        __builtin_prefetch(&times_us_[second]);
      }
      links_.ForEachMember(events[i], [&](uint32_t member) { visit(events[i], member); });
      end(events[i]);
    }
  }

  // Calls `visit` for every failure of `side` in `range`, in the order of their
  // numbers: for all of them, much cheaper than signature by signature.
  template <typename Visit>
  void ForEachFailure(store::Side side, const store::TimeRange& range, Visit visit) const {
    for (size_t block = 0; block < blocks_.blocks().size(); ++block) VisitBlock(block, side, range, visit);
  }
  // The same, but calls `add(sums)` for a whole block of failures where all of them, and the first ones of their
  // units, are in `range`.
  template <typename Add, typename Visit>
  void SumFailures(store::Side side, const store::TimeRange& range, Add add, Visit visit) const {
    for (size_t i = 0; i < blocks_.blocks().size(); ++i) {
      const EventBlocks::Sums& sums = blocks_.blocks()[i][static_cast<size_t>(side)];
      const bool whole = range.Contains(sums.first_us) && range.Contains(sums.last_us);
      if (whole && sums.oldest_first_us > range.start_us) {  // INT64_MIN, not known, is after nothing
        add(sums);
      } else {
        VisitBlock(i, side, range, visit);
      }
    }
  }

  const std::vector<GraphSignature>& signatures() const { return signatures_; }
  // Failures with the signature in `range`, by time.
  Failures FailuresOf(uint32_t signature, const store::TimeRange& range) const {
    return postings_.Of(signature, range, times_us_);
  }
  const std::vector<Stratum>& strata() const { return strata_.strata(); }
  const std::vector<std::string>& regions() const { return regions_.values; }
  const std::vector<std::string>& services() const { return services_.values; }
  const IdTable& id_table() const { return ids_; }
  size_t bytes() const;

 private:
  struct Codes {
    std::vector<std::string> values = {""};
    absl::flat_hash_map<std::string, uint16_t> codes;
    uint16_t CodeOf(std::string_view value);
  };
  // Of the unit whose root is the index; of other events it means nothing.
  struct Unit {
    uint32_t first = 0;    // its earliest event
    uint32_t located = 0;  // its earliest event with a region, else as `first`
  };
  template <typename Visit>
  void VisitBlock(size_t number, store::Side side, const store::TimeRange& range, Visit visit) const {
    const EventBlocks::Sums& sums = blocks_.blocks()[number][static_cast<size_t>(side)];
    if (sums.last_us < range.start_us || sums.first_us >= range.end_us) return;
    constexpr int kSideAndFailure = EventFacts::kSideBits | EventFacts::kNoFailureBit;
    const size_t end = std::min(size(), (number + 1) * EventBlocks::kEvents);
    for (size_t event = number * EventBlocks::kEvents; event < end; ++event) {
      const bool wanted = (facts_[event].state & kSideAndFailure) == static_cast<int>(side);
      if (wanted && range.Contains(times_us_[event])) visit(static_cast<uint32_t>(event));
    }
  }

  uint8_t StateOf(const GraphEvent& event) const;
  void MakeUnit(uint32_t event);
  void UniteByIds(uint32_t event);
  void UniteRepeats();
  void Unite(uint32_t a, uint32_t b);
  void MergeUnits(uint32_t into, uint32_t from);
  void Place(uint32_t root);
  void MarkChanged(uint32_t root);
  void SpreadChanged();
  void Spread(uint32_t root);
  uint8_t AgeAfter(uint32_t first, uint32_t event) const;
  void Absorb(Unit& unit, const Unit& other) const;
  void MoveToCorrectedTimes();
  bool IsBetterLocated(uint32_t a, uint32_t b) const;
  std::vector<uint32_t> TakeApartCrowded();
  void ExtendCrowded(uint32_t id, uint32_t event);
  void Renew(uint32_t event) {
    if (event < linked_ && IsFailure(event)) renewed_.push_back(event);
  }

  IdTable ids_;
  size_t crowded_seen_ = 0;  // of ids_.crowded()
  absl::flat_hash_map<uint32_t, std::pair<int64_t, int64_t>> crowded_spans_;
  UnitLinks links_;
  uint32_t linked_ = 0;  // events before it are linked
  struct Repeated {
    uint64_t key;
    uint32_t event;
  };
  RepeatTable repeats_;
  std::vector<Repeated> new_repeats_;  // not linked yet
  std::vector<uint32_t> changed_;      // roots whose events do not all know it yet, and events that were such
  std::vector<uint32_t> members_;      // of the unit at hand
  SessionClocks clocks_;
  StratumTable strata_;
  Codes services_, regions_;

  std::vector<GraphSignature> signatures_;
  absl::flat_hash_map<std::pair<uint64_t, uint8_t>, uint32_t> signature_index_;
  FailurePostings postings_;
  std::vector<uint32_t> renewed_;  // events that were linked before, with facts that their posting does not have

  // By event.
  std::vector<int64_t> times_us_;
  std::vector<EventFacts> facts_;
  std::vector<uint32_t> signature_numbers_;
  std::vector<uint16_t> regions_of_;
  std::vector<ExactIds> ids_of_;
  std::vector<Unit> units_;
  SequenceRuns sequences_;
  EventBlocks blocks_;
};

}  // namespace faultline::query
