// The cells that chance is computed in: minute by region, with the number of
// units that were tried in each.
//
// Immutable once built.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "query/stratum_table.h"
#include "store/store.h"

namespace faultline::query {

struct Cell {
  uint32_t block = 0;    // of minutes; its cells are neighbours
  bool located = false;  // its region is known
  double tried = 1;      // units; >= 1 and never below the units seen to fail
};

// All cells of some minutes, whatever the region.
struct Block {
  uint32_t first_cell = 0, end_cell = 0;
  double tried = 1;
};

struct CellTable {
  std::vector<Cell> cells;                // by time, then by region name
  std::vector<Block> blocks;              // by time
  std::vector<uint32_t> cell_of_stratum;  // by the number of the stratum
  int64_t minutes = 1;                    // that a block spans
  // `tried` of cells is known for each region; otherwise only that of blocks is meant.
  bool by_region = true;
  // `tried` is from attempts for nearly all units, not from the units seen.
  bool attempts_known = false;
};

// Minutes since the epoch, the end excluded.
struct MinuteRange {
  int64_t first = INT64_MIN, end = INT64_MAX;
  bool Contains(int64_t minute) const { return minute >= first && minute < end; }
};

// `strata` and `regions` are those of a unit graph. `attempts` are of `minutes`; the units of
// strata before share one cell, those of strata after another, and neither says how cells are made.
//
// Where attempts are known for a minute and region, they are `tried` of that
// cell; where they are fewer than the units seen there (or are none), those are. When
// there are no attempts at all, cells span as many minutes as it takes for
// kMinUnitsPerCell units each, on average: among a handful of units, every pair is expected.
// When most attempts do not say their region, cells of a minute are taken together.
CellTable MakeCellTable(std::span<const Stratum> strata, std::span<const std::string> regions,
                        std::span<const store::AttemptsCell> attempts, const MinuteRange& minutes);

inline constexpr double kMinUnitsPerCell = 30;

}  // namespace faultline::query
