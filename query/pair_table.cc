#include "query/pair_table.h"

#include <algorithm>
#include <span>
#include <utility>

#include "base/status_macros.h"
#include "query/pair_statistics.h"
#include "query/server_side.h"

namespace faultline::query {
namespace {

constexpr uint32_t kNoTally = UINT32_MAX;
constexpr size_t kUnitsBetweenChecks = 4096;
constexpr size_t kEventsBetweenChecks = 1 << 16;

constexpr uint32_t kSeen = 1, kLinked = 2;  // bits of PairRoom::of_clients

// A client signature and a server signature in one unit.
struct Meeting {
  uint32_t server_signature;
  uint32_t client_event, server_event;  // the first of each
  int64_t client_us, server_us;         // their corrected times
  uint32_t cell;                        // of the unit
};

class Counter {
 public:
  Counter(const UnitGraph& graph, const CellTable& cells, const FailureSelection& clients,
          const FailureSelection& servers, KeptTallies& tallies, PairRoom& room, const QueryControl& control)
      : graph_(graph),
        cells_(cells),
        clients_(clients),
        servers_(servers),
        kept_(tallies),
        control_(control),
        room_(room),
        upload_us_(graph.clocks().TypicalUploadMicros()),
        client_tally_(graph, clients, &cells, room.of_signature),
        server_tally_(graph, servers, &cells, room.of_signature),
        expectation_(cells),
        end_of_(graph.signatures().size()),
        first_of_(graph.signatures().size()),
        group_of_(graph.signatures().size(), kNoTally),
        tally_of_(graph.signatures().size(), kNoTally) {
    const auto& groups = servers.groups();
    for (uint32_t i = 0; i < groups.size(); ++i) group_of_[groups[i].signature] = i;
    room_.of_clients.Begin(graph.size());
    table_.server_signatures = static_cast<int64_t>(groups.size());
    table_.upload_us = upload_us_;
  }

  absl::Status AddClient(const FailureSelection::Group& group) {
    linked_.clear();
    linked_cells_.clear();
    table_.clients.push_back(client_tally_.Count(group, [this](uint32_t event, const EventFacts& facts) {
      if (IsNew(event, kSeen)) ++table_.client_totals.units;
      if (!facts.linked) return;
      linked_.push_back(event);
      linked_cells_.push_back(cells_.cell_of_stratum[graph_.StratumOf(event, facts)]);
    }));
    RETURN_IF_ERROR(FindMeetings());
    table_.client_totals.events_without_id += table_.clients.back().lines_without_id;
    table_.client_totals.sampled_events += table_.clients.back().sampled;
    GroupMeetings();
    expectation_.Spread(*table_.clients.back().margin);
    size_t begin = 0;
    for (const uint32_t signature : met_by_client_) {
      if (table_.pairs.size() == kMaxPairs) {
        table_.cut = true;
        break;
      }
      const size_t end = end_of_[signature];
      AddPair(signature, std::span(grouped_).subspan(begin, end - begin));
      begin = end;
    }
    for (const uint32_t signature : met_by_client_) end_of_[signature] = 0;
    return control_.Check();
  }

  PairTable Finish() && { return std::move(table_); }

 private:
  // Whether the unit of `event` gets this bit for the first time. The units of one signature are all different.
  bool IsNew(uint32_t event, uint32_t bit) {
    return clients_.groups().size() == 1 || (room_.of_clients.Add(graph_.UnitOf(event), bit) & bit) == 0;
  }

  // Adds a meeting for every server signature in the unit of each of `linked_`.
  absl::Status FindMeetings() {
    meetings_.clear();
    absl::Status status = control_.Check();
    size_t units = 0;
    uint32_t client_event = kNone;  // the first of the unit at hand
    const auto look = [&](uint32_t linked, uint32_t event) {
      if (event == linked) client_event = linked;  // comes first
      LookAt(event, client_event);
    };
    graph_.ForEachMemberOfEach(linked_, look, [&](uint32_t linked) {
      if (AddMeetings(client_event, linked_cells_[units]) && IsNew(linked, kLinked)) ++table_.linked_units;
      if (++units % kUnitsBetweenChecks == 0 && status.ok()) status = control_.Check();
    });
    return status;
  }

  void LookAt(uint32_t event, uint32_t& client_event) {
    const uint32_t signature = graph_.signature(event);
    const bool may_be_first = event != client_event && signature == graph_.signature(client_event);
    if (may_be_first && graph_.IsEarlier(event, client_event) && clients_.Contains(event)) client_event = event;
    if (!servers_.Contains(event)) return;
    First& first = first_of_[signature];
    if (first.event == kNone) {
      first.event = event;
      met_.push_back(signature);
    } else if (graph_.IsEarlier(event, first.event)) {
      first.event = event;
    }
  }

  // Of the unit that was looked at; whether there are any.
  bool AddMeetings(uint32_t client_event, uint32_t cell) {
    if (met_.empty()) return false;
    const int64_t client_us = graph_.corrected_us(client_event);
    for (const uint32_t signature : met_) {
      const uint32_t server_event = std::exchange(first_of_[signature].event, kNone);
      meetings_.push_back({signature, client_event, server_event, client_us, graph_.corrected_us(server_event), cell});
    }
    met_.clear();
    return true;
  }

  // Meetings with the same server signature come together, by ascending signature: a client signature has many, so
  // they are counted rather than sorted.
  void GroupMeetings() {
    met_by_client_.clear();
    for (const Meeting& meeting : meetings_) {
      if (end_of_[meeting.server_signature]++ == 0) met_by_client_.push_back(meeting.server_signature);
    }
    std::sort(met_by_client_.begin(), met_by_client_.end());
    uint32_t start = 0;
    for (const uint32_t signature : met_by_client_) start += std::exchange(end_of_[signature], start);
    grouped_.resize(meetings_.size());
    for (const Meeting& meeting : meetings_) grouped_[end_of_[meeting.server_signature]++] = meeting;
  }

  void AddPair(uint32_t server_signature, std::span<const Meeting> meetings) {
    const Meeting* earliest = &meetings.front();
    for (const Meeting& meeting : meetings) {
      if (meeting.client_us > earliest->client_us) continue;
      if (&meeting != earliest && graph_.IsEarlier(meeting.client_event, earliest->client_event)) earliest = &meeting;
    }
    Pair pair;
    pair.client = static_cast<uint32_t>(table_.clients.size() - 1);
    pair.server = ServerTally(server_signature);
    pair.together = static_cast<int64_t>(meetings.size());
    pair.expected = expectation_.Of(*table_.servers[pair.server].margin);
    pair.quiet_together = pair.together - (pair.expected.crowded ? CountCrowded(meetings, pair.server) : 0);
    pair.client_event = earliest->client_event;
    pair.server_event = earliest->server_event;
    lags_.clear();
    for (const Meeting& meeting : meetings) {
      lags_.push_back(meeting.client_us - meeting.server_us - Upload(meeting.client_event) +
                      Upload(meeting.server_event));
    }
    pair.lag_low_us = Quantile(lags_, 0.25);
    pair.lag_us = Quantile(lags_, 0.5);
    pair.lag_high_us = Quantile(lags_, 0.75);
    table_.pairs.push_back(pair);
  }

  // The way that uploads usually take: what was uploaded happened so much earlier, as far as can be told.
  int64_t Upload(uint32_t event) const { return graph_.clocks().HasClock(event) ? upload_us_ : 0; }

  int64_t CountCrowded(std::span<const Meeting> meetings, uint32_t server) const {
    const Margin& margin = *table_.servers[server].margin;
    return std::count_if(meetings.begin(), meetings.end(),
                         [&](const Meeting& meeting) { return !expectation_.IsQuiet(margin, meeting.cell); });
  }

  uint32_t ServerTally(uint32_t signature) {
    uint32_t& tally = tally_of_[signature];
    if (tally == kNoTally) {
      tally = static_cast<uint32_t>(table_.servers.size());
      const SignatureTally* const kept = kept_.Find(signature);
      table_.servers.push_back(kept != nullptr ? *kept : server_tally_.Count(servers_.groups()[group_of_[signature]]));
      if (kept == nullptr) kept_.Keep(table_.servers.back());
    }
    return tally;
  }

  static constexpr uint32_t kNone = UINT32_MAX;
  struct First {
    uint32_t event = kNone;
  };

  const UnitGraph& graph_;
  const CellTable& cells_;
  const FailureSelection& clients_;
  const FailureSelection& servers_;
  KeptTallies& kept_;
  const QueryControl& control_;
  PairRoom& room_;
  const int64_t upload_us_;
  UnitTally client_tally_, server_tally_;
  Expectation expectation_;
  PairTable table_;
  std::vector<Meeting> meetings_;        // of one client signature
  std::vector<Meeting> grouped_;         // the same by server signature
  std::vector<uint32_t> met_by_client_;  // the server signatures of those
  std::vector<uint32_t> end_of_;         // by signature: the end of its group; 0 for others
  std::vector<First> first_of_;          // by server signature, within one unit
  std::vector<uint32_t> linked_;         // client events of the units with failures of both sides
  std::vector<uint32_t> linked_cells_;   // the cells of those units
  std::vector<uint32_t> met_;            // server signatures in that unit
  std::vector<uint32_t> group_of_;       // by signature
  std::vector<uint32_t> tally_of_;       // by signature
  std::vector<int64_t> lags_;
};

// Of its unit's failures on its side. Most tell by themselves.
bool IsFirstInRange(const UnitGraph& graph, uint32_t event, const store::TimeRange& range, UnitMarks& marks) {
  const uint8_t age = graph.facts(event).age(Alike::kSide);
  if (age == RepeatAge::kFirst) return true;
  if (RepeatAge::IsFirstAfter(range.start_us, graph.time_us(event), age)) return false;
  if (marks.Add(graph.UnitOf(event), kSeen) != 0) return false;
  const auto first = graph.FirstAlike(event, Alike::kSide);
  return !first || !range.Contains(graph.time_us(*first));
}

}  // namespace

absl::StatusOr<PairTable> CountPairs(const UnitGraph& graph, const CellTable& cells, const FailureSelection& clients,
                                     const FailureSelection& servers, KeptTallies& tallies, PairRoom& room,
                                     const QueryControl& control) {
  Counter counter(graph, cells, clients, servers, tallies, room, control);
  for (const FailureSelection::Group& group : clients.groups()) RETURN_IF_ERROR(counter.AddClient(group));
  return std::move(counter).Finish();
}

absl::StatusOr<SideTotals> CountSide(const UnitGraph& graph, store::Side side, const store::TimeRange& range,
                                     UnitMarks& marks, const QueryControl& control) {
  SideTotals totals;
  absl::Status status = control.Check();
  marks.Begin(graph.size());
  const auto add = [&](const EventBlocks::Sums& sums) {
    totals.units += sums.firsts;
    totals.events_without_id += sums.without_id;
    totals.sampled_events += sums.sampled;
  };
  size_t events = 0;
  graph.SumFailures(side, range, add, [&](uint32_t event) {
    if (++events % kEventsBetweenChecks == 0 && status.ok()) status = control.Check();
    totals.units += IsFirstInRange(graph, event, range, marks) ? 1 : 0;
    totals.events_without_id += graph.HasExactId(event) ? 0 : 1;
    totals.sampled_events += graph.IsSampled(event) ? 1 : 0;
  });
  RETURN_IF_ERROR(status);
  return totals;
}

absl::StatusOr<SideTotals> CountSelected(const UnitGraph& graph, const FailureSelection& failures, UnitMarks& marks,
                                         const QueryControl& control) {
  SideTotals totals;
  marks.Begin(graph.size());
  for (const FailureSelection::Group& group : failures.groups()) {
    RETURN_IF_ERROR(control.Check());
    for (size_t i = 0; i < group.events.size(); ++i) {
      if (marks.Add(graph.UnitOf(group.events[i]), kSeen) == 0) ++totals.units;
      totals.events_without_id += group.facts[i].has_exact_id() ? 0 : 1;
      totals.sampled_events += group.facts[i].is_sampled() ? 1 : 0;
    }
  }
  return totals;
}

}  // namespace faultline::query
