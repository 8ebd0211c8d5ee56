// Up to three values of different dimensions, and what is known of the rows that
// have them all.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace faultline::query {

inline constexpr size_t kMaxCombinationLength = 3;

struct Combination {
  uint32_t length = 0;                                       // 1..3
  std::array<uint32_t, kMaxCombinationLength> dimensions{};  // ascending
  std::array<uint32_t, kMaxCombinationLength> codes{};

  bool operator==(const Combination&) const = default;
};

struct Candidate {
  Combination combination;
  double failures = 0, attempts = 0;  // of the target
  double expected = 0;                // failures, had its rows failed as expected
  double gain = 0;                    // of log-likelihood, weighted; > 0
  double added_rate = 0;              // share of the attempts that fail on top; 0 < d < 1
  uint32_t rows = 0;                  // distinct rows that it covers
  uint64_t cover = 0;                 // a hash of which

  double excess() const { return failures - expected; }
};

// Whether every value of `inner` is in `outer`, so that `outer` covers part of its rows.
bool Contains(const Combination& outer, const Combination& inner);

}  // namespace faultline::query
