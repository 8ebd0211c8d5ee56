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
// sequences; a unit is named by one of its events. About 110 bytes an event. Not thread-safe while changing;
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
#include "query/id_table.h"
#include "query/repeat_table.h"
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
  uint16_t service(uint32_t event) const { return services_of_[event]; }
  const ExactIds& ids_of(uint32_t event) const { return ids_of_[event]; }
  store::Side side(uint32_t event) const { return static_cast<store::Side>(states_[event] & kSideBits); }
  bool IsFailure(uint32_t event) const { return (states_[event] & kNoFailureBit) == 0; }
  bool HasExactId(uint32_t event) const { return (states_[event] & kExactIdBit) != 0; }
  bool IsSuccess(uint32_t event) const { return (states_[event] & kSuccessBit) != 0; }
  bool IsSampled(uint32_t event) const { return (states_[event] & kSampledBit) != 0; }
  // By corrected time; equal ones by what the events carry, so that it hardly ever is the order of arrival that
  // decides.
  bool IsEarlier(uint32_t a, uint32_t b) const;
  // The stored times of the first and the last event that carries a crowded id.
  std::pair<int64_t, int64_t> CrowdedSpan(uint32_t id) const { return crowded_spans_.at(id); }
  uint64_t SequenceOf(uint32_t event) const;
  std::optional<uint32_t> EventAt(uint64_t sequence) const;

  uint32_t UnitOf(uint32_t event) const { return links_.RootOf(event); }
  bool FormsPairs(uint32_t unit) const { return links_.SizeOf(unit) <= kMaxUnitEvents; }
  uint32_t StratumOf(uint32_t unit) const { return units_[unit].stratum; }
  template <typename Visit>
  void ForEachMember(uint32_t event, Visit visit) const {
    links_.ForEachMember(event, visit);
  }

  // Calls `visit` for every failure of `side` in `range`, in the order of their
  // numbers: for all of them, much cheaper than signature by signature.
  template <typename Visit>
  void ForEachFailure(store::Side side, const store::TimeRange& range, Visit visit) const {
    const auto wanted = static_cast<uint8_t>(side);
    for (size_t block = 0; block < blocks_.size(); ++block) {
      if (blocks_[block].last_us < range.start_us || blocks_[block].first_us >= range.end_us) continue;
      const size_t end = std::min(size(), (block + 1) * kBlockEvents);
      for (size_t event = block * kBlockEvents; event < end; ++event) {
        if ((states_[event] & (kSideBits | kNoFailureBit)) == wanted && range.Contains(times_us_[event])) {
          visit(static_cast<uint32_t>(event));
        }
      }
    }
  }

  const std::vector<GraphSignature>& signatures() const { return signatures_; }
  // Failures with the signature in `range`, by time.
  std::span<const uint32_t> FailuresOf(uint32_t signature, const store::TimeRange& range) const;
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
  struct Postings {
    std::vector<uint32_t> events;
    size_t sorted = 0;  // events before it are in time order
  };
  // Of the unit whose root is the index; of other events it means nothing.
  struct Unit {
    uint32_t first = 0;    // its earliest event
    uint32_t located = 0;  // its earliest event with a region, else as `first`
    uint32_t stratum = 0;
  };
  static constexpr size_t kBlockEvents = 1024;
  static constexpr uint8_t kSideBits = 0x0f, kSuccessBit = 0x10, kSampledBit = 0x20, kExactIdBit = 0x40,
                           kNoFailureBit = 0x80;
  struct Block {
    int64_t first_us, last_us;
  };
  struct Run {  // of events with consecutive sequences
    uint64_t first_sequence;
    uint32_t first_event;
  };
  uint32_t EndOf(uint32_t run) const {
    return run + 1 == runs_.size() ? static_cast<uint32_t>(size()) : runs_[run + 1].first_event;
  }
  void SortRuns();

  uint8_t StateOf(const GraphEvent& event) const;
  void MakeUnit(uint32_t event);
  void UniteByIds(uint32_t event);
  void UniteRepeats();
  void MergeUnits(uint32_t into, uint32_t from);
  void Absorb(Unit& unit, const Unit& other) const;
  void MoveToCorrectedTimes();
  bool IsBetterLocated(uint32_t a, uint32_t b) const;
  std::vector<uint32_t> TakeApartCrowded();
  void ExtendCrowded(uint32_t id, uint32_t event);
  void SortPostings();

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
  SessionClocks clocks_;
  StratumTable strata_;
  Codes services_, regions_;

  std::vector<GraphSignature> signatures_;
  absl::flat_hash_map<std::pair<uint64_t, uint8_t>, uint32_t> signature_index_;
  std::vector<Postings> postings_;  // by signature
  std::vector<uint32_t> unsorted_;  // signatures whose postings have a new end

  // By event.
  std::vector<int64_t> times_us_;
  std::vector<uint8_t> states_;  // store::Side and bits
  std::vector<Block> blocks_;    // the times of kBlockEvents events each
  std::vector<uint32_t> signature_numbers_;
  std::vector<uint16_t> services_of_, regions_of_;
  std::vector<ExactIds> ids_of_;
  std::vector<Unit> units_;
  std::vector<Run> runs_;                   // by event
  std::vector<uint32_t> runs_by_sequence_;  // indexes of runs_
};

}  // namespace faultline::query
