#include "query/stratum_table.h"

namespace faultline::query {

uint32_t StratumTable::NumberOf(int64_t minute, uint16_t region) {
  const uint64_t key = static_cast<uint64_t>(minute) << 16 | region;
  Recent& recent = recent_[(key ^ key >> 16) % recent_.size()];
  if (recent.key == key) return recent.number;
  const auto [found, added] = numbers_.try_emplace(key, static_cast<uint32_t>(strata_.size()));
  if (added) strata_.push_back({minute, region, 0});
  recent = {key, found->second};
  return found->second;
}

}  // namespace faultline::query
