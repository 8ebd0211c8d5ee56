#include "query/pair_minutes.h"

#include <algorithm>
#include <tuple>

#include "absl/status/status.h"
#include "query/minute.h"

namespace faultline::query {
namespace {

constexpr size_t kPolled = 4096;  // failures between two looks at the control

// Whether no failure of its unit with the same signature is earlier.
bool IsFirstOfItsKind(const UnitGraph& graph, uint32_t event) {
  bool first = true;
  graph.ForEachMember(event, [&](uint32_t other) {
    if (other != event && graph.signature(other) == graph.signature(event) && graph.IsEarlier(other, event)) {
      first = false;
    }
  });
  return first;
}

class Counter {
 public:
  explicit Counter(const UnitGraph& graph) : graph_(graph) {}

  void Add(uint32_t event) {
    if (!graph_.HasExactId(event) || !graph_.FormsPairs(graph_.UnitOf(event))) return;
    servers_.clear();
    graph_.ForEachMember(event, [this](uint32_t other) {
      if (graph_.IsFailure(other) && graph_.side(other) == store::Side::kServer) {
        servers_.push_back(graph_.signatures()[graph_.signature(other)].signature);
      }
    });
    if (servers_.empty() || !IsFirstOfItsKind(graph_, event)) return;
    std::sort(servers_.begin(), servers_.end());
    servers_.erase(std::unique(servers_.begin(), servers_.end()), servers_.end());
    const uint64_t client = graph_.signatures()[graph_.signature(event)].signature;
    const int64_t time_us = graph_.time_us(event);
    const int64_t minute = MinuteOf(time_us);
    for (const uint64_t server : servers_) rows_.push_back({client, server, minute, 1});
  }

  std::vector<PairMinute> Finish() && {
    const auto key = [](const PairMinute& row) { return std::tie(row.client, row.server, row.minute); };
    std::sort(rows_.begin(), rows_.end(), [&key](const PairMinute& a, const PairMinute& b) { return key(a) < key(b); });
    size_t kept = 0;
    for (size_t i = 0; i < rows_.size(); ++i) {
      if (kept > 0 && key(rows_[kept - 1]) == key(rows_[i])) {
        rows_[kept - 1].units += rows_[i].units;
      } else {
        rows_[kept++] = rows_[i];
      }
    }
    rows_.resize(kept);
    return std::move(rows_);
  }

 private:
  const UnitGraph& graph_;
  std::vector<uint64_t> servers_;  // of the unit at hand
  std::vector<PairMinute> rows_;
};

}  // namespace

absl::StatusOr<std::vector<PairMinute>> CountPairMinutes(const UnitGraph& graph, const store::TimeRange& range,
                                                         const QueryControl& control) {
  Counter counter(graph);
  absl::Status status;
  size_t seen = 0;
  graph.ForEachFailure(store::Side::kClient, range, [&](uint32_t event) {
    if (++seen % kPolled == 0 && status.ok()) status = control.Check();
    if (status.ok()) counter.Add(event);
  });
  if (!status.ok()) return status;
  return std::move(counter).Finish();
}

}  // namespace faultline::query
