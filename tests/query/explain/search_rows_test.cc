#include "query/explain/search_rows.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace faultline::query {
namespace {

using Codes = std::vector<uint32_t>;

constexpr size_t kDimensions = 4;

struct Sample {
  Sample() : table({"a", "b", "c", "d"}), stands_out(kDimensions) {
    std::mt19937 random(7);
    for (size_t d = 0; d < kDimensions; ++d) {
      for (int value = 0; value < 6; ++value) table.CodeOf(d, std::to_string(value));
      stands_out[d] = {1, 0, 0, 1, 0, 0};
    }
    for (int i = 0; i < 500; ++i) {
      Codes codes;
      for (size_t d = 0; d < kDimensions; ++d) codes.push_back(random() % 7 == 6 ? kOtherValue : random() % 6);
      table.AddTarget(*table.RowOf(codes), random() % 3, 3);
      table.AddBaseline(*table.RowOf(codes), random() % 3, 5);
    }
  }

  RateTable table;
  std::vector<std::vector<uint8_t>> stands_out;
};

// The sums of every pair of values of dimensions `a` and `b` that both count.
std::map<std::pair<uint32_t, uint32_t>, RowSums> CellsOf(const SearchRows& rows, size_t a, size_t b) {
  std::map<std::pair<uint32_t, uint32_t>, RowSums> cells;
  for (size_t row = 0; row < rows.size(); ++row) {
    if ((rows.counting(row) >> a & 1) == 0 || (rows.counting(row) >> b & 1) == 0) continue;
    cells[{rows.code(row, a), rows.code(row, b)}].Add(rows.sums(row));
  }
  return cells;
}

class SearchRowsTest : public ::testing::TestWithParam<bool> {};

TEST_P(SearchRowsTest, KeepsTheSumsOfEveryCellThatStandsOut) {
  const Sample sample;
  const ExpectedRates expected =
      GetParam() ? UniformRates(sample.table, TargetTotals(sample.table)) : RatesOfBaseline(sample.table);
  const SearchRows all(sample.table, expected);
  SearchRows kept = all;
  kept.KeepStandingOut(sample.stands_out);
  EXPECT_LT(kept.size(), all.size());
  // Three states of four dimensions at most are left where rows may be taken as one.
  EXPECT_TRUE(!GetParam() || kept.size() <= 81) << kept.size();
  for (size_t a = 0; a < kDimensions; ++a) {
    for (size_t b = a + 1; b < kDimensions; ++b) {
      auto before = CellsOf(all, a, b);
      std::erase_if(before, [&](const auto& cell) {
        return sample.stands_out[a][cell.first.first] == 0 || sample.stands_out[b][cell.first.second] == 0;
      });
      const auto after = CellsOf(kept, a, b);
      ASSERT_EQ(after.size(), before.size());
      for (const auto& [codes, sums] : before) {
        const RowSums& same = after.at(codes);
        EXPECT_EQ(same.failures, sums.failures);
        EXPECT_EQ(same.attempts, sums.attempts);
        EXPECT_NEAR(same.weighted_expected, sums.weighted_expected, 1e-9);
        EXPECT_EQ(same.rows, sums.rows);
        EXPECT_EQ(same.cover, sums.cover);
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Rates, SearchRowsTest, ::testing::Bool());

}  // namespace
}  // namespace faultline::query
