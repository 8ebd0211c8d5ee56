// How many units two signatures would share by chance: the sum of x * y / n over
// all cells.
//
// One side is spread out over the cells once, the other is then summed against
// it, so that a pair costs as much as the second has cells. Belongs to one thread.
#pragma once

#include <cstdint>
#include <vector>

#include "query/cell_table.h"

namespace faultline::query {

// Distinct units with a signature in each cell where there are any, by cell.
struct Margin {
  std::vector<uint32_t> cells;
  std::vector<uint32_t> units;  // as many as cells
};

// How many units two signatures would share by chance.
struct Expected {
  double all = 0;
  // The part of `all` from quiet cells: those that expect less than kCrowdedCell. Where there are no
  // others, the same.
  double quiet = 0;
  bool crowded = false;  // there are others
};

// A cell in which chance alone gives the pair one meeting or more.
inline constexpr double kCrowdedCell = 1.0;

class Expectation {
 public:
  // `table` must outlive it.
  explicit Expectation(const CellTable& table);

  // Spreads `x` out, in place of what was before.
  void Spread(const Margin& x);
  // E of `y` with what was spread out last. A unit without a region may have been in
  // any, so it is compared with its whole minute. Never negative; `all` is symmetric.
  Expected Of(const Margin& y) const;
  // Whether `cell` is a quiet one for `y`.
  bool IsQuiet(const Margin& y, uint32_t cell) const;

 private:
  void SpreadOverBlock(uint32_t block, const Margin& x, size_t begin, size_t end);

  const CellTable& table_;
  std::vector<double> weights_;          // by cell: what one unit there adds
  std::vector<uint32_t> spread_blocks_;  // whose weights are not 0
};

}  // namespace faultline::query
