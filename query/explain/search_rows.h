// The rows that a search for combinations looks at, by column.
//
// A row is in the cells of those of its values that count: all that are stated, or,
// once KeepStandingOut() was called, those that stand out. Then most rows differ in nothing that still counts,
// and are taken as one where every row expects the same rate, as all that is asked of them is sums.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "query/explain/combination.h"
#include "query/explain/expected_rates.h"
#include "query/explain/rate_table.h"

namespace faultline::query {

// Of the target, over some rows of a table. Weights are those of ExpectedRates.
struct RowSums {
  double failures = 0, attempts = 0, expected = 0;
  double weighted_failures = 0, weighted_attempts = 0, weighted_expected = 0;
  uint64_t cover = 0;  // a hash of which rows of the table
  uint32_t rows = 0;   // of the table

  void Add(const RowSums& other);
};

class SearchRows {
 public:
  // Those with attempts in the target. `table` and `expected` must outlive it.
  SearchRows(const RateTable& table, const ExpectedRates& expected);

  size_t size() const { return sums_.size(); }
  const RowSums& sums(size_t row) const { return sums_[row]; }
  uint32_t code(size_t row, size_t dimension) const { return codes_[dimension][row]; }
  // Bit d: the value of dimension d counts.
  uint64_t counting(size_t row) const { return counting_[row]; }
  // Its row of the table, or the first of those that were taken as one.
  uint32_t table_row(size_t row) const { return table_rows_[row]; }

  // `stands_out`: by dimension and code, not 0 for a value that does. Rows with fewer than two such values are dropped:
  // they are in no combination of several.
  void KeepStandingOut(const std::vector<std::vector<uint8_t>>& stands_out);

 private:
  void TakeAlikeAsOne();
  void MoveRow(size_t from, size_t to);
  void Resize(size_t rows);

  const RateTable& table_;
  const ExpectedRates& expected_;
  std::vector<std::vector<uint32_t>> codes_;  // by dimension, then row
  std::vector<uint64_t> counting_;
  std::vector<RowSums> sums_;
  std::vector<uint32_t> table_rows_;
};

}  // namespace faultline::query
