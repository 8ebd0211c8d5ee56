// Contradictions by endpoint, region and version.
//
// Belongs to one thread.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "query/query_control.h"
#include "store/store.h"

namespace faultline::query {

enum class ContradictionDimension : uint8_t { kEndpoint, kRegion, kVersion };
inline constexpr std::array<std::string_view, 3> kContradictionDimensions = {"endpoint", "region", "version"};

// A FailingUnit by its place in the store.
struct PlacedUnit {
  uint64_t sequence = 0;  // of its first failure
  int64_t time_us = 0;
  bool contradicted = false;
  std::optional<store::IdKind> id_kind;  // the one to show, of that failure
};

struct ValueCount {
  static constexpr size_t kExemplars = 3;
  int64_t units = 0;                  // contradicted
  int64_t failing_units = 0;          // all
  int64_t attempts = 0;               // 0 when not known
  std::vector<PlacedUnit> exemplars;  // of the latest contradicted units, the last first

  void Add(const PlacedUnit& unit);
};

using ValueCounts = std::map<std::string, ValueCount>;

// Counts of `units` by the values of each dimension, in the order of ContradictionDimension; units that state
// none are under "". `units` ascend by sequence; those that retention dropped meanwhile are left out.
absl::StatusOr<std::array<ValueCounts, kContradictionDimensions.size()>> CountByValue(
    const store::View& view, const std::vector<PlacedUnit>& units, const QueryControl& control);

// Adds the attempts of [start, end) minutes to the counts, where nearly all of them state the dimension.
// Returns all attempts.
int64_t AddAttemptsByValue(const std::vector<store::AttemptsCell>& attempts,
                           std::array<ValueCounts, kContradictionDimensions.size()>& counts);

}  // namespace faultline::query
