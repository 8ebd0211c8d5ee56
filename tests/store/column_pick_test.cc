#include "store/column_pick.h"

#include <gmock/gmock.h>

#include <limits>
#include <random>
#include <string>
#include <vector>

#include "store/column_codec.h"
#include "store/pick.h"
#include "store/segment.h"
#include "store/signature_order.h"
#include "tests/testing/status_matchers.h"

namespace faultline::store {
namespace {

using ::faultline::testing::HasCode;
using ::faultline::testing::IsOk;

TEST(ColumnPickTest, EachTimeIsFoundAlone) {
  constexpr int64_t kMin = std::numeric_limits<int64_t>::min();
  constexpr int64_t kMax = std::numeric_limits<int64_t>::max();
  const std::vector<std::vector<int64_t>> columns = {
      {7}, {0, 0, 0, 0}, {1'000, 3'000, 2'000, 2'000'000}, {kMin, kMax, 0, -1}, {0, 1'000'123, 0, 999'877}};
  for (const std::vector<int64_t>& values : columns) {
    for (const std::vector<int64_t>& base : {std::vector<int64_t>(), std::vector<int64_t>(values.size(), 1'000'000)}) {
      BlockPacker packer(1);
      std::string column;
      EncodeTimes(values, base, packer, column);
      for (size_t place = 0; place < values.size(); ++place) {
        const std::vector<Pick> picks = {{static_cast<uint16_t>(place), 0}};
        std::vector<int64_t> got;
        ASSERT_THAT(PickTimes(column, values.size(), picks, std::vector<int64_t>{1'000'000}, got), IsOk());
        EXPECT_EQ(got, std::vector<int64_t>{values[place]});
      }
    }
  }
}

TEST(ColumnPickTest, WhatIsCutShortSaysSo) {
  BlockPacker packer(1);
  std::string column;
  EncodeTimes(std::vector<int64_t>{1, 5, 2, 9}, {}, packer, column);
  const std::vector<Pick> last = {{3, 0}};
  const std::vector<int64_t> base = {0};
  std::vector<int64_t> got;
  for (size_t size = 0; size < column.size(); ++size) {
    EXPECT_THAT(PickTimes(column.substr(0, size), 4, last, base, got), HasCode(absl::StatusCode::kDataLoss)) << size;
  }
}

TEST(ColumnPickTest, ValuesFarApartAreFoundInVarintsOfAnySize) {
  std::mt19937_64 random(7);
  std::vector<int64_t> base, values;
  for (size_t i = 0; i < kChunkEvents; ++i) {
    base.push_back(static_cast<int64_t>(random() % 1'000'000));
    values.push_back(base.back() + static_cast<int64_t>(random() >> (random() % 64)));
  }
  for (const auto& beside : {std::vector<int64_t>(), base}) {
    BlockPacker packer(1);
    std::string column;
    EncodeTimes(values, beside, packer, column);
    for (size_t step : {1u, 2u, 9u, 100u, 2'047u}) {
      std::vector<Pick> picks;
      std::vector<int64_t> base_by_row, wanted, got;
      for (size_t place = 0; place < values.size(); place += step) {
        picks.push_back({static_cast<uint16_t>(place), static_cast<uint16_t>(picks.size())});
        base_by_row.push_back(beside.empty() ? 0 : beside[place]);
        wanted.push_back(values[place]);
      }
      ASSERT_THAT(PickTimes(column, values.size(), picks, base_by_row, got), IsOk());
      EXPECT_EQ(got, wanted);
    }
  }
}

TEST(ColumnPickTest, PlacesInSignatureOrderAreThoseOfTheWholeOrder) {
  std::mt19937_64 random(8);
  std::vector<uint16_t> signatures(1'000);
  for (uint16_t& code : signatures) code = static_cast<uint16_t>(random() % 40);
  std::vector<uint16_t> order;
  MakeSignatureOrder(signatures, order);
  for (const size_t step : {1u, 50u, 400u}) {  // many, and few: they are found in two ways
    std::vector<uint32_t> indexes;
    for (uint32_t i = 3; i < signatures.size(); i += static_cast<uint32_t>(step)) indexes.push_back(i);
    const std::vector<Pick> picks = PicksInSignatureOrder(signatures, indexes);
    ASSERT_EQ(picks.size(), indexes.size());
    for (size_t i = 0; i < picks.size(); ++i) {
      EXPECT_EQ(order[picks[i].place], indexes[picks[i].row]);
      EXPECT_TRUE(i == 0 || picks[i - 1].place < picks[i].place);
    }
  }
}

}  // namespace
}  // namespace faultline::store
