#include "query/shared_dimension.h"

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <tuple>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "base/status_macros.h"

namespace faultline::query {
namespace {

using store::Dimension;

// What describes where a unit was at work. The others say what failed, or how it was logged.
constexpr std::array kCandidates = {Dimension::kEnvironment, Dimension::kServiceVersion, Dimension::kHost,
                                    Dimension::kOs,          Dimension::kAppVersion,     Dimension::kCarrier,
                                    Dimension::kEndpoint};
constexpr double kNearlyAll = 0.9;
// Units that are looked at before all of a pair's are read.
constexpr size_t kSampleUnits = 8;

std::string_view ValueOf(const store::AttemptsCell& cell, Dimension dimension) {
  const std::string& value = cell.dimensions[static_cast<size_t>(dimension)];
  return dimension == Dimension::kEndpoint && value.empty() ? cell.operation : value;
}

bool IsNearlyAll(int64_t part, int64_t all) {
  return part > 0 && static_cast<double>(part) >= kNearlyAll * static_cast<double>(all);
}

// A minute, a region and a value of the dimension.
using Place = std::tuple<int64_t, uint16_t, uint32_t>;
struct PlaceCounts {
  int64_t clients = 0, servers = 0, both = 0, tried = 0;
};

}  // namespace

SharedDimensionCheck::SharedDimensionCheck(const UnitGraph& graph, const store::View& view,
                                           const FailureSelection& clients, const FailureSelection& servers,
                                           std::span<const store::AttemptsCell> attempts, bool by_region,
                                           const QueryControl& control)
    : graph_(graph),
      view_(view),
      clients_(clients),
      servers_(servers),
      attempts_(attempts),
      by_region_(by_region),
      control_(control) {}

absl::Status SharedDimensionCheck::Check(const PairTable& table, Ranking& ranking) {
  const std::vector<Dimension> dimensions = DimensionsOfAttempts();
  if (dimensions.empty()) return absl::OkStatus();
  absl::flat_hash_map<uint32_t, const Group*> groups;
  for (const FailureSelection* side : {&clients_, &servers_}) {
    for (const Group& group : side->groups()) groups.emplace(group.signature, &group);
  }
  for (RankedPair& ranked : ranking.pairs) {
    if (!ranked.significant()) continue;
    const Pair& pair = table.pairs[ranked.pair];
    const Ends ends{groups.at(table.clients[pair.client].signature), groups.at(table.servers[pair.server].signature)};
    const std::vector<uint32_t> sample = SampleOf(ends, ranked, table);
    for (const Dimension dimension : dimensions) {
      RETURN_IF_ERROR(control_.Check());
      ASSIGN_OR_RETURN(const bool may_share, MayShare(dimension, sample));
      if (!may_share) continue;
      ASSIGN_OR_RETURN(const auto shared, Compare(dimension, ends));
      if (shared && (!ranked.shared || shared->expected > ranked.shared->expected)) ranked.shared = shared;
    }
    if (!ranked.shared) continue;
    ranked.evidence = Evidence::kNone;
    --ranking.significant;
    ++ranking.shared;
  }
  return absl::OkStatus();
}

std::vector<Dimension> SharedDimensionCheck::DimensionsOfAttempts() const {
  std::vector<Dimension> stated;
  for (const Dimension dimension : kCandidates) {
    int64_t all = 0, with = 0;
    for (const store::AttemptsCell& cell : attempts_) {
      all += cell.count;
      if (!ValueOf(cell, dimension).empty()) with += cell.count;
    }
    if (IsNearlyAll(with, all)) stated.push_back(dimension);
  }
  return stated;
}

// Events of the first units with both, a client's and a server's in turn.
std::vector<uint32_t> SharedDimensionCheck::SampleOf(const Ends& ends, const RankedPair& ranked,
                                                     const PairTable& table) const {
  std::vector<uint32_t> sample;
  const uint32_t wanted = table.servers[table.pairs[ranked.pair].server].signature;
  absl::flat_hash_set<uint32_t> seen;
  for (const uint32_t event : ends.client->events) {
    if (sample.size() >= 2 * kSampleUnits) break;
    const uint32_t unit = graph_.UnitOf(event);
    if (!graph_.FormsPairs(unit) || !seen.insert(unit).second) continue;
    std::optional<uint32_t> met;
    graph_.ForEachMember(event, [&](uint32_t member) {
      if (!met && graph_.signature(member) == wanted && servers_.Contains(member)) met = member;
    });
    if (!met) continue;
    sample.push_back(event);
    sample.push_back(*met);
  }
  return sample;
}

void SharedDimensionCheck::SortBySequence(std::vector<uint32_t>& events) const {
  std::sort(events.begin(), events.end(),
            [this](uint32_t a, uint32_t b) { return graph_.SequenceOf(a) < graph_.SequenceOf(b); });
}

absl::StatusOr<bool> SharedDimensionCheck::MayShare(Dimension dimension, const std::vector<uint32_t>& sample) {
  std::vector<uint32_t> events = sample;
  SortBySequence(events);
  ASSIGN_OR_RETURN(const std::vector<uint32_t> values, ReadValues(dimension, events));
  const auto value_of = [&](uint32_t event) {
    return values[static_cast<size_t>(std::find(events.begin(), events.end(), event) - events.begin())];
  };
  int64_t agreeing = 0;
  for (size_t i = 0; i + 1 < sample.size(); i += 2) {
    const uint32_t client = value_of(sample[i]), server = value_of(sample[i + 1]);
    agreeing += client != 0 && client == server ? 1 : 0;
  }
  return IsNearlyAll(agreeing, static_cast<int64_t>(sample.size() / 2));
}

absl::StatusOr<SharedDimensionCheck::Stated> SharedDimensionCheck::ReadStated(Dimension dimension, const Group& group) {
  std::vector<uint32_t> events(group.events.begin(), group.events.end());
  SortBySequence(events);
  ASSIGN_OR_RETURN(const std::vector<uint32_t> values, ReadValues(dimension, events));
  Stated stated;
  for (size_t i = 0; i < events.size(); ++i) {
    uint32_t& value = stated.value_of[graph_.UnitOf(events[i])];
    if (value == 0) value = values[i];
  }
  stated.units = static_cast<int64_t>(stated.value_of.size());
  absl::erase_if(stated.value_of, [](const auto& of_unit) { return of_unit.second == 0; });
  return stated;
}

absl::StatusOr<std::optional<SharedDimension>> SharedDimensionCheck::Compare(Dimension dimension, const Ends& ends) {
  ASSIGN_OR_RETURN(const Stated clients, ReadStated(dimension, *ends.client));
  ASSIGN_OR_RETURN(const Stated servers, ReadStated(dimension, *ends.server));
  int64_t both = 0, agreeing = 0;
  std::vector<uint32_t> values;
  for (const auto& [unit, value] : clients.value_of) {
    const auto other = servers.value_of.find(unit);
    if (other == servers.value_of.end() || !graph_.FormsPairs(unit)) continue;
    ++both;
    if (other->second != value) continue;
    ++agreeing;
    values.push_back(value);
  }
  const bool known = IsNearlyAll(static_cast<int64_t>(clients.value_of.size()), clients.units) &&
                     IsNearlyAll(static_cast<int64_t>(servers.value_of.size()), servers.units) &&
                     IsNearlyAll(agreeing, both);
  if (!known) return std::nullopt;
  const PairCounts counts = CountWithin(dimension, clients, servers, agreeing);
  const PairStatistics statistics = Describe(counts);
  if (Judge(counts, statistics, 1) != Evidence::kNone) return std::nullopt;
  std::sort(values.begin(), values.end());
  const auto distinct = std::unique(values.begin(), values.end()) - values.begin();
  return SharedDimension{dimension, distinct, counts.expected, statistics.lift, statistics.lift_interval};
}

PairCounts SharedDimensionCheck::CountWithin(Dimension dimension, const Stated& clients, const Stated& servers,
                                             int64_t agreeing) {
  absl::flat_hash_map<std::string_view, uint16_t> regions;
  for (size_t code = 0; code < graph_.regions().size(); ++code) {
    regions.emplace(graph_.regions()[code], static_cast<uint16_t>(code));
  }
  absl::flat_hash_map<Place, PlaceCounts> places;
  const auto place_of = [&](uint32_t unit, uint32_t value) -> PlaceCounts& {
    const Stratum& stratum = graph_.strata()[graph_.StratumOf(unit)];
    return places[Place(stratum.minute, by_region_ ? stratum.region : 0, value)];
  };
  for (const auto& [unit, value] : clients.value_of) {
    PlaceCounts& place = place_of(unit, value);
    ++place.clients;
    const auto other = servers.value_of.find(unit);
    if (other != servers.value_of.end() && other->second == value && graph_.FormsPairs(unit)) ++place.both;
  }
  for (const auto& [unit, value] : servers.value_of) ++place_of(unit, value).servers;
  for (const store::AttemptsCell& cell : attempts_) {
    const uint32_t value = NumberOf(ValueOf(cell, dimension));
    const auto region = regions.find(cell.dimensions[static_cast<size_t>(Dimension::kRegion)]);
    const uint16_t code = !by_region_ || region == regions.end() ? 0 : region->second;
    const auto place = places.find(Place(cell.minute, code, value));
    if (place != places.end()) place->second.tried += cell.count;
  }
  PairCounts counts{agreeing, static_cast<int64_t>(clients.value_of.size()),
                    static_cast<int64_t>(servers.value_of.size())};
  for (const auto& [key, place] : places) {
    const int64_t seen = place.clients + place.servers - place.both;
    const double here = static_cast<double>(place.clients) * static_cast<double>(place.servers) /
                        static_cast<double>(std::max({int64_t{1}, seen, place.tried}));
    counts.expected += here;
    counts.crowded |= here >= kCrowdedCell;
    if (here >= kCrowdedCell) continue;
    counts.quiet_expected += here;
    counts.quiet_together += place.both;
  }
  return counts;
}

absl::StatusOr<std::vector<uint32_t>> SharedDimensionCheck::ReadValues(Dimension dimension,
                                                                       const std::vector<uint32_t>& events) {
  std::vector<uint32_t> values;
  values.reserve(events.size());
  store::Columns columns;
  for (const auto& segment : view_.segments) {
    const uint64_t base = segment->base_sequence(), end = base + segment->size();
    std::shared_ptr<const store::Segment::Dictionary> dictionary;
    for (columns.size = 0; values.size() < events.size();) {
      const uint64_t sequence = graph_.SequenceOf(events[values.size()]);
      if (sequence < base || sequence >= end) break;
      const auto ordinal = static_cast<uint32_t>(sequence - base);
      if (!dictionary) {
        RETURN_IF_ERROR(control_.Check());
        ASSIGN_OR_RETURN(dictionary, segment->dictionary(dimension));
      }
      if (columns.size == 0 || ordinal - columns.first_ordinal >= columns.size) {
        RETURN_IF_ERROR(
            segment->ReadColumns(ordinal / store::kChunkEvents, store::DimensionColumn(dimension), columns));
      }
      const uint16_t code = columns.dimensions[static_cast<size_t>(dimension)][ordinal - columns.first_ordinal];
      values.push_back(code < dictionary->size() ? NumberOf((*dictionary)[code]) : 0);
    }
  }
  if (values.size() != events.size()) return absl::AbortedError("retention dropped events of this answer; ask again");
  return values;
}

uint32_t SharedDimensionCheck::NumberOf(std::string_view value) {
  if (value.empty()) return 0;
  return numbers_.try_emplace(std::string(value), static_cast<uint32_t>(numbers_.size() + 1)).first->second;
}

}  // namespace faultline::query
