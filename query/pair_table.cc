#include "query/pair_table.h"

#include <algorithm>
#include <span>

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
        tally_(graph, &cells, room.of_signature),
        expectation_(cells),
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
    meetings_.clear();
    absl::Status status;
    size_t units = 0;
    table_.clients.push_back(tally_.Count(group, [&](uint32_t unit, uint32_t event) {
      if (++units % kUnitsBetweenChecks == 0 && status.ok()) status = control_.Check();
      const uint32_t before = room_.of_clients.Add(unit, kSeen);
      if (before == 0) ++table_.client_totals.units;
      if (!status.ok() || !graph_.FormsPairs(unit)) return;
      if (MeetServers(event) && (room_.of_clients.Add(unit, kLinked) & kLinked) == 0) ++table_.linked_units;
    }));
    RETURN_IF_ERROR(status);
    table_.client_totals.events_without_id += table_.clients.back().lines_without_id;
    table_.client_totals.sampled_events += table_.clients.back().sampled;
    std::sort(meetings_.begin(), meetings_.end(), [this](const Meeting& a, const Meeting& b) {
      if (a.server_signature != b.server_signature) return a.server_signature < b.server_signature;
      return graph_.IsEarlier(a.client_event, b.client_event);
    });
    expectation_.Spread(table_.clients.back().margin);
    for (size_t begin = 0; begin < meetings_.size();) {
      size_t end = begin;
      while (end < meetings_.size() && meetings_[end].server_signature == meetings_[begin].server_signature) ++end;
      if (table_.pairs.size() == kMaxPairs) {
        table_.cut = true;
        break;
      }
      AddPair(std::span(meetings_).subspan(begin, end - begin));
      begin = end;
    }
    return control_.Check();
  }

  PairTable Finish() && { return std::move(table_); }

 private:
  // Adds a meeting for every server signature in the unit of `client_event`;
  // whether there are any.
  bool MeetServers(uint32_t client_event) {
    met_.clear();
    const uint32_t asked = graph_.signature(client_event);
    graph_.ForEachMember(client_event, [&](uint32_t event) {
      const uint32_t signature = graph_.signature(event);
      if (signature == asked && graph_.IsEarlier(event, client_event) && clients_.Contains(event)) client_event = event;
      if (!servers_.Contains(event)) return;
      First& first = first_of_[signature];
      if (first.event == kNone) {
        first.event = event;
        met_.push_back(signature);
      } else if (graph_.IsEarlier(event, first.event)) {
        first.event = event;
      }
    });
    for (const uint32_t signature : met_) {
      meetings_.push_back({signature, client_event, first_of_[signature].event});
      first_of_[signature].event = kNone;
    }
    return !met_.empty();
  }

  void AddPair(std::span<const Meeting> meetings) {
    Pair pair;
    pair.client = static_cast<uint32_t>(table_.clients.size() - 1);
    pair.server = ServerTally(meetings.front().server_signature);
    pair.together = static_cast<int64_t>(meetings.size());
    pair.expected = expectation_.Of(table_.servers[pair.server].margin);
    pair.quiet_together = pair.together - (pair.expected.crowded ? CountCrowded(meetings, pair.server) : 0);
    pair.client_event = meetings.front().client_event;
    pair.server_event = meetings.front().server_event;
    lags_.clear();
    for (const Meeting& meeting : meetings) {
      lags_.push_back(FailedAt(meeting.client_event) - FailedAt(meeting.server_event));
    }
    std::sort(lags_.begin(), lags_.end());
    pair.lag_low_us = Quantile(lags_, 0.25);
    pair.lag_us = Quantile(lags_, 0.5);
    pair.lag_high_us = Quantile(lags_, 0.75);
    table_.pairs.push_back(pair);
  }

  // When it happened, as far as can be told: without the way that uploads usually take.
  int64_t FailedAt(uint32_t event) const {
    return graph_.corrected_us(event) - (graph_.clocks().HasClock(event) ? upload_us_ : 0);
  }

  int64_t CountCrowded(std::span<const Meeting> meetings, uint32_t server) const {
    const Margin& margin = table_.servers[server].margin;
    return std::count_if(meetings.begin(), meetings.end(), [&](const Meeting& meeting) {
      const uint32_t stratum = graph_.StratumOf(graph_.UnitOf(meeting.client_event));
      return !expectation_.IsQuiet(margin, cells_.cell_of_stratum[stratum]);
    });
  }

  uint32_t ServerTally(uint32_t signature) {
    uint32_t& tally = tally_of_[signature];
    if (tally == kNoTally) {
      tally = static_cast<uint32_t>(table_.servers.size());
      const SignatureTally* const kept = kept_.Find(signature);
      table_.servers.push_back(kept != nullptr ? *kept : tally_.Count(servers_.groups()[group_of_[signature]]));
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
  UnitTally tally_;
  Expectation expectation_;
  PairTable table_;
  std::vector<Meeting> meetings_;   // of one client signature
  std::vector<First> first_of_;     // by server signature, within one unit
  std::vector<uint32_t> met_;       // server signatures in that unit
  std::vector<uint32_t> group_of_;  // by signature
  std::vector<uint32_t> tally_of_;  // by signature
  std::vector<int64_t> lags_;
};

}  // namespace

absl::StatusOr<PairTable> CountPairs(const UnitGraph& graph, const CellTable& cells, const FailureSelection& clients,
                                     const FailureSelection& servers, KeptTallies& tallies, PairRoom& room,
                                     const QueryControl& control) {
  Counter counter(graph, cells, clients, servers, tallies, room, control);
  for (const FailureSelection::Group& group : clients.groups()) RETURN_IF_ERROR(counter.AddClient(group));
  return std::move(counter).Finish();
}

absl::StatusOr<SideTotals> CountSide(const UnitGraph& graph, store::Side side, const store::TimeRange& range,
                                     const QueryControl& control) {
  SideTotals totals;
  absl::Status status = control.Check();
  std::vector<uint64_t> seen(graph.size() / 64 + 1);  // one bit a unit: it stays in the caches
  size_t events = 0;
  graph.ForEachFailure(side, range, [&](uint32_t event) {
    if (++events % kEventsBetweenChecks == 0 && status.ok()) status = control.Check();
    const uint32_t unit = graph.UnitOf(event);
    uint64_t& word = seen[unit / 64];
    const uint64_t bit = uint64_t{1} << unit % 64;
    if ((word & bit) == 0) ++totals.units;
    word |= bit;
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
    for (const uint32_t event : group.events) {
      const uint32_t unit = graph.UnitOf(event);
      if (marks.Add(unit, kSeen) == 0) ++totals.units;
      totals.events_without_id += graph.HasExactId(event) ? 0 : 1;
      totals.sampled_events += graph.IsSampled(event) ? 1 : 0;
    }
  }
  return totals;
}

}  // namespace faultline::query
