// Numbers the strata of a unit graph, minute by region, and counts the units in
// each.
//
// Not thread-safe while changing.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "absl/container/flat_hash_map.h"

namespace faultline::query {

struct Stratum {
  int64_t minute = 0;   // since the epoch, rounded down
  uint16_t region = 0;  // the graph's code; 0 where not known
  uint32_t units = 0;   // distinct units that belong to it
};

class StratumTable {
 public:
  // The number of a stratum, which is new or not. Numbers count up from 0.
  uint32_t NumberOf(int64_t minute, uint16_t region);
  void AddUnit(uint32_t number) { ++strata_[number].units; }
  void RemoveUnit(uint32_t number) { --strata_[number].units; }

  const std::vector<Stratum>& strata() const { return strata_; }

 private:
  struct Recent {
    uint64_t key = UINT64_MAX;
    uint32_t number = 0;
  };

  std::vector<Stratum> strata_;
  absl::flat_hash_map<uint64_t, uint32_t> numbers_;
  std::array<Recent, 256> recent_;  // events come minute by minute: mostly hits
};

}  // namespace faultline::query
