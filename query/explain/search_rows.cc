#include "query/explain/search_rows.h"

#include <bit>
#include <utility>

namespace faultline::query {
namespace {

static_assert(kMaxExplainDimensions <= 64, "a row's dimensions are bits of one word");

uint64_t Mix(uint64_t x) {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ull;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebull;
  return x ^ (x >> 31);
}

RowSums SumsOf(const RateTable& table, const ExpectedRates& expected, size_t row) {
  const RateTable::Counts& counts = table.target(row);
  const double weight = expected.weight[row];
  RowSums sums;
  sums.failures = counts.failures;
  sums.attempts = counts.attempts;
  sums.expected = counts.attempts * expected.rate[row];
  sums.weighted_failures = weight * sums.failures;
  sums.weighted_attempts = weight * sums.attempts;
  sums.weighted_expected = weight * sums.expected;
  sums.cover = Mix(row + 1);
  sums.rows = 1;
  return sums;
}

}  // namespace

void RowSums::Add(const RowSums& other) {
  failures += other.failures;
  attempts += other.attempts;
  expected += other.expected;
  weighted_failures += other.weighted_failures;
  weighted_attempts += other.weighted_attempts;
  weighted_expected += other.weighted_expected;
  cover += other.cover;
  rows += other.rows;
}

SearchRows::SearchRows(const RateTable& table, const ExpectedRates& expected)
    : table_(table), expected_(expected), codes_(table.dimension_count()) {
  for (auto& column : codes_) column.reserve(table.rows());
  counting_.reserve(table.rows());
  sums_.reserve(table.rows());
  table_rows_.reserve(table.rows());
  for (size_t row = 0; row < table.rows(); ++row) {
    if (table.target(row).attempts <= 0) continue;
    uint64_t counting = 0;
    for (size_t d = 0; d < codes_.size(); ++d) {
      const uint32_t code = table.code(row, d);
      codes_[d].push_back(code);
      if (code != kOtherValue) counting |= uint64_t{1} << d;
    }
    counting_.push_back(counting);
    sums_.push_back(SumsOf(table, expected, row));
    table_rows_.push_back(static_cast<uint32_t>(row));
  }
}

void SearchRows::KeepStandingOut(const std::vector<std::vector<uint8_t>>& stands_out) {
  size_t kept = 0;
  for (size_t row = 0; row < size(); ++row) {
    uint64_t counting = 0;
    for (size_t d = 0; d < codes_.size(); ++d) {
      const uint32_t code = codes_[d][row];
      if (code != kOtherValue && stands_out[d][code] != 0) counting |= uint64_t{1} << d;
    }
    if (std::popcount(counting) < 2) continue;
    counting_[row] = counting;
    MoveRow(row, kept++);
  }
  Resize(kept);
  if (expected_.uniform) TakeAlikeAsOne();
}

void SearchRows::TakeAlikeAsOne() {
  RateTable alike(table_.dimensions());  // finds rows by their codes
  std::vector<uint32_t> codes(codes_.size());
  size_t kept = 0;
  for (size_t row = 0; row < size(); ++row) {
    for (size_t d = 0; d < codes_.size(); ++d) codes[d] = (counting_[row] >> d & 1) != 0 ? codes_[d][row] : kOtherValue;
    const size_t same = *alike.RowOf(codes);  // this table has no more rows than that one
    if (same < kept) {
      sums_[same].Add(sums_[row]);
      continue;
    }
    MoveRow(row, kept++);
  }
  Resize(kept);
}

void SearchRows::MoveRow(size_t from, size_t to) {
  for (auto& column : codes_) column[to] = column[from];
  counting_[to] = counting_[from];
  sums_[to] = sums_[from];
  table_rows_[to] = table_rows_[from];
}

void SearchRows::Resize(size_t rows) {
  for (auto& column : codes_) column.resize(rows);
  counting_.resize(rows);
  sums_.resize(rows);
  table_rows_.resize(rows);
}

}  // namespace faultline::query
