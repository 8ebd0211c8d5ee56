#include "query/explain/event_sample.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/status_macros.h"
#include "xxhash.h"

namespace faultline::query {
namespace {

constexpr uint32_t kNeighbours = 1024;

}  // namespace

void EventSample::Add(const store::Segment& segment, std::span<const uint32_t> ordinals) {
  added_ += static_cast<int64_t>(ordinals.size());
  while (!ordinals.empty()) {
    const uint32_t group = ordinals.front() / kNeighbours;
    size_t size = 1;
    while (size < ordinals.size() && ordinals[size] / kNeighbours == group) ++size;
    AddGroup(segment, ordinals.first(size));
    ordinals = ordinals.subspan(size);
  }
}

void EventSample::AddGroup(const store::Segment& segment, std::span<const uint32_t> ordinals) {
  const uint64_t place = segment.base_sequence() + ordinals.front() / kNeighbours * kNeighbours;
  const uint64_t hash = XXH3_64bits(&place, sizeof place);
  if (kept_ >= budget_ && !groups_.empty() && hash > groups_.rbegin()->first) return;
  const auto size = [](const Group& group) { return std::min(group.ordinals.size(), kMaxGroupEvents); };
  Group group{&segment, {ordinals.begin(), ordinals.end()}};
  kept_ += size(group);
  groups_.insert_or_assign(hash, std::move(group));
  while (groups_.size() > 1 && kept_ - size(groups_.rbegin()->second) >= budget_) {
    kept_ -= size(groups_.rbegin()->second);
    groups_.erase(std::prev(groups_.end()));
  }
}

std::vector<uint32_t> EventSample::Chosen(const Group& group) const {
  if (added_ <= static_cast<int64_t>(budget_) || group.ordinals.size() <= kMaxGroupEvents) return group.ordinals;
  std::vector<std::pair<uint64_t, uint32_t>> by_hash;
  for (const uint32_t ordinal : group.ordinals) {
    const uint64_t place = group.segment->base_sequence() + ordinal;
    by_hash.emplace_back(XXH3_64bits(&place, sizeof place), ordinal);
  }
  const auto end = by_hash.begin() + kMaxGroupEvents;
  std::nth_element(by_hash.begin(), end, by_hash.end());
  std::vector<uint32_t> chosen;
  for (auto place = by_hash.begin(); place != end; ++place) chosen.push_back(place->second);
  return chosen;
}

size_t EventSample::kept() const {
  size_t kept = 0;
  for (const auto& [hash, group] : groups_) kept += Chosen(group).size();
  return kept;
}

absl::Status EventSample::Read(const std::function<void(const store::EventVariables&)>& visit) const {
  std::map<uint64_t, Group> by_segment;  // by first sequence
  for (const auto& [hash, group] : groups_) {
    Group& all = by_segment.try_emplace(group.segment->base_sequence(), Group{group.segment, {}}).first->second;
    const std::vector<uint32_t> chosen = Chosen(group);
    all.ordinals.insert(all.ordinals.end(), chosen.begin(), chosen.end());
  }
  for (auto& [sequence, group] : by_segment) {
    std::sort(group.ordinals.begin(), group.ordinals.end());
    RETURN_IF_ERROR(group.segment->ReadVariables(group.ordinals, store::VariableSet::kWithoutTraces, visit));
  }
  return absl::OkStatus();
}

}  // namespace faultline::query
