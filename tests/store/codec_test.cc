#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <map>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "base/varint.h"
#include "store/column_codec.h"
#include "store/id_codec.h"
#include "store/id_sorter.h"
#include "store/keys.h"
#include "store/message_template.h"
#include "store/open_segment.h"
#include "store/postings.h"
#include "store/rollup.h"
#include "store/signature_chunks.h"
#include "tests/testing/status_matchers.h"

namespace faultline::store {
namespace {

using ::faultline::testing::HasCode;
using ::faultline::testing::IsOk;

constexpr int64_t kMin = std::numeric_limits<int64_t>::min();
constexpr int64_t kMax = std::numeric_limits<int64_t>::max();

void ExpectTimes(const std::vector<int64_t>& values, const std::vector<int64_t>& base) {
  BlockPacker packer(1);
  std::string column;
  EncodeTimes(values, base, packer, column);
  std::vector<int64_t> decoded;
  ASSERT_THAT(DecodeTimes(column, values.size(), base, decoded), IsOk());
  EXPECT_EQ(decoded, values);
}

TEST(ColumnCodecTest, TimesOfAnyKindComeBack) {
  ExpectTimes({7}, {});
  ExpectTimes({0, 0, 0}, {1, 2, 3});
  ExpectTimes({1'000, 3'000, 2'000, 2'000'000}, {});
  ExpectTimes({kMin, kMax, 0, -1, 1, kMax, kMin}, {});
  ExpectTimes({kMin, kMax, 0, -1}, {kMax, kMin, 5, kMin});
  ExpectTimes({0, 1'000'123, 0, 999'877}, {1'000'000, 1'000'000, 1'000'000, 1'000'000});
}

TEST(ColumnCodecTest, MillisecondClocksTakeNoMoreThanSecondsTimesAThousand) {
  std::mt19937_64 random(1);
  std::vector<int64_t> millis;
  for (int i = 0; i < 2'000; ++i) millis.push_back(1'700'000'000'000 + static_cast<int64_t>(random() % 2'000));
  std::vector<int64_t> micros;
  for (const int64_t m : millis) micros.push_back(m * 1'000);
  BlockPacker packer(1);
  std::string fine;
  std::string coarse;
  EncodeTimes(millis, {}, packer, coarse);
  EncodeTimes(micros, {}, packer, fine);
  EXPECT_LT(fine.size(), coarse.size() + 16);
}

TEST(ColumnCodecTest, CodesOfAnyKindComeBack) {
  for (const std::vector<uint16_t>& values :
       std::vector<std::vector<uint16_t>>{{5}, {0, 0, 0}, {65'535, 65'535}, {1, 2, 255, 0}, {1, 256, 65'535, 0, 512}}) {
    BlockPacker packer(1);
    std::string column;
    EncodeCodes(values, packer, column);
    std::vector<uint16_t> decoded;
    ASSERT_THAT(DecodeCodes(column, values.size(), decoded), IsOk());
    EXPECT_EQ(decoded, values);
    EXPECT_THAT(DecodeCodes(column.substr(0, column.size() - 1), values.size(), decoded),
                HasCode(absl::StatusCode::kDataLoss));
  }
}

TEST(ColumnCodecTest, AConstantColumnTakesAFewBytes) {
  BlockPacker packer(1);
  std::string column;
  EncodeTimes(std::vector<int64_t>(2'048, 1'700'000'000'000'000), {}, packer, column);
  EncodeCodes(std::vector<uint16_t>(2'048, 300), packer, column);
  EncodeBytes(std::vector<uint8_t>(2'048, 17), packer, column);
  EXPECT_LT(column.size(), 20u);
}

TEST(IdCodecTest, IdsComeBackAndHexIsHalved) {
  const std::map<std::string, size_t> sizes = {{"a", 2},
                                               {"ab", 2},
                                               {"abc", 3},
                                               {"0123456789abcdef", 9},
                                               {"0123456789abcdef0", 10},
                                               {"ABCDEF", 7},
                                               {"12345678g", 10},
                                               {"c-000671f1", 11},
                                               {"`", 2},
                                               {":", 2},
                                               {"@f", 3},
                                               {"0/", 3},
                                               {"\x7f\x80\xff", 4},
                                               {std::string(255, 'z'), 256}};
  for (const auto& [id, size] : sizes) {
    char encoded[kMaxEncodedIdBytes];
    const size_t bytes = EncodeId(id, encoded);
    EXPECT_EQ(bytes, size) << id;
    std::string decoded;
    ASSERT_TRUE(DecodeId({encoded, bytes}, decoded)) << id;
    EXPECT_EQ(decoded, id);
  }
}

TEST(IdSorterTest, OrdersByBytesAndThenByEvent) {
  std::mt19937_64 random(3);
  std::set<std::pair<std::string, uint16_t>> expected;
  IdSorter sorter;
  for (uint32_t i = 0; i < 5'000; ++i) {
    std::string id = std::to_string(random() % 700);
    if (i % 3 == 0) id = "user-with-a-common-prefix-" + id;
    sorter.Add(id, static_cast<uint16_t>(i), 100);
    char encoded[kMaxEncodedIdBytes];
    expected.emplace(std::string(encoded, EncodeId(id, encoded)), i);
  }
  auto next = expected.begin();
  for (const IdSorter::Entry& entry : sorter.Sort()) {
    ASSERT_EQ(sorter.EncodedOf(entry), next->first);
    ASSERT_EQ(entry.ordinal, next->second);
    ++next;
  }
  EXPECT_EQ(next, expected.end());
}

// As format 1 wrote them.
std::string EncodePostings(const std::vector<std::vector<uint16_t>>& events, BlockPacker& packer) {
  std::string bytes;
  AppendVarint(bytes, events.size());
  for (const auto& list : events) AppendVarint(bytes, list.size());
  for (const auto& list : events) {
    int32_t last = -1;
    for (const uint16_t ordinal : list) {
      AppendVarint(bytes, static_cast<uint64_t>(ordinal - last - 1));
      last = ordinal;
    }
  }
  std::string value(1, static_cast<char>(kPartVersion));
  packer.Append(bytes, value);
  return value;
}

TEST(PostingsTest, EachCodeGivesBackItsEvents) {
  const std::vector<std::vector<uint16_t>> events = {{0}, {}, {1, 2, 3, 65'534}, {7}};
  BlockPacker packer(1);
  const std::string value = EncodePostings(events, packer);
  for (uint32_t code = 0; code < events.size(); ++code) {
    const auto decoded = DecodePostings(value, code, 65'535);
    ASSERT_THAT(decoded, IsOk());
    EXPECT_EQ(*decoded, std::vector<uint32_t>(events[code].begin(), events[code].end()));
  }
  EXPECT_THAT(DecodePostings(value, 4, 65'535), HasCode(absl::StatusCode::kDataLoss));
  EXPECT_THAT(DecodePostings(value, 2, 65'534), HasCode(absl::StatusCode::kDataLoss));
}

TEST(SignatureChunksTest, EachCodeGivesBackItsChunks) {
  BlockPacker packer(1);
  const std::vector<uint32_t> chunks = {1, 0x80000001, 0, 6};
  const std::string value = EncodeSignatureChunks(chunks, packer);
  for (uint32_t code = 0; code < chunks.size(); ++code) {
    const auto decoded = DecodeSignatureChunks(value, code, 32);
    ASSERT_THAT(decoded, IsOk());
    EXPECT_EQ(*decoded, chunks[code]);
  }
  EXPECT_THAT(DecodeSignatureChunks(value, 4, 32), HasCode(absl::StatusCode::kDataLoss));
  EXPECT_THAT(DecodeSignatureChunks(value, 1, 31), HasCode(absl::StatusCode::kDataLoss));
  EXPECT_THAT(DecodeSignatureChunks("", 0, 31), HasCode(absl::StatusCode::kDataLoss));
}

// `events` events over `minutes` minutes, before and after the epoch, of a few signatures and services.
Columns SomeColumns(uint32_t events, uint64_t minutes) {
  std::mt19937_64 random(5);
  Columns columns;
  columns.size = events;
  auto& services = columns.dimensions[static_cast<size_t>(Dimension::kService)];
  for (uint32_t i = 0; i < events; ++i) {
    columns.time_us.push_back(static_cast<int64_t>(random() % (minutes * 60'000'000)) - 60'000'000);
    columns.signature.push_back(static_cast<uint16_t>(random() % 3 * 30'000));
    services.push_back(static_cast<uint16_t>(random() % 2 * 300));
    columns.side.push_back(static_cast<uint8_t>(1 + random() % 2));
    columns.outcome.push_back(static_cast<uint8_t>(random() % 2));
    columns.severity.push_back(random() % 2 == 0 ? 17 : 9);
  }
  return columns;
}

using RollupKey = std::tuple<int64_t, uint16_t, uint16_t, uint8_t, uint8_t, uint8_t>;

RollupKey KeyAt(const Columns& columns, size_t i, int64_t time_us) {
  return {time_us,         columns.signature[i], columns.dimensions[static_cast<size_t>(Dimension::kService)][i],
          columns.side[i], columns.outcome[i],   columns.severity[i]};
}

TEST(RollupTest, CountsWhatTheColumnsHold) {
  const Columns columns = SomeColumns(2'000, 3);
  RollupBuilder builder;
  builder.Add(columns);
  builder.Add(columns);
  BlockPacker packer(1);
  const auto value = builder.Encode(packer);
  ASSERT_TRUE(value.has_value());
  const auto rollup = DecodeRollup(*value, 4'000);
  ASSERT_THAT(rollup, IsOk());
  std::map<RollupKey, uint32_t> expected, found;
  for (size_t i = 0; i < columns.size; ++i) {
    const int64_t minute = (columns.time_us[i] + 60'000'000) / 60'000'000 - 1;
    expected[KeyAt(columns, i, minute * 60'000'000)] += 2;
  }
  for (size_t i = 0; i < (*rollup)->columns.size; ++i) {
    const Columns& rows = (*rollup)->columns;
    EXPECT_TRUE(found.emplace(KeyAt(rows, i, rows.time_us[i]), (*rollup)->counts[i]).second);
  }
  EXPECT_EQ(found, expected);
  EXPECT_THAT(DecodeRollup(*value, 4'001), HasCode(absl::StatusCode::kDataLoss));
  EXPECT_THAT(DecodeRollup(value->substr(0, value->size() - 1), 4'000), HasCode(absl::StatusCode::kDataLoss));
}

TEST(RollupTest, IsLeftOutWhereItSavesNothing) {
  BlockPacker packer(1);
  RollupBuilder sparse;
  sparse.Add(SomeColumns(2'000, 1'000));
  EXPECT_FALSE(sparse.Encode(packer).has_value());
  Columns far = SomeColumns(2'000, 1);
  far.time_us.back() = kMax;  // more minutes apart than a row can say
  RollupBuilder wide;
  wide.Add(far);
  EXPECT_FALSE(wide.Encode(packer).has_value());
}

TEST(KeysTest, AttemptsKeysKeepWhatNamesTheCellAndSortByMinute) {
  AttemptsKey key;
  key.minute = 29'000'000;
  key.operation = "send";
  key.dimensions[static_cast<size_t>(Dimension::kRegion)] = "eu-west";
  key.dimensions[static_cast<size_t>(Dimension::kSource)] = "file-1";
  const std::string bytes = MakeAttemptsKey(key);
  const auto parsed = ParseAttemptsKey(bytes);
  ASSERT_TRUE(parsed.has_value());
  EXPECT_EQ(parsed->minute, key.minute);
  EXPECT_EQ(parsed->operation, "send");
  EXPECT_EQ(parsed->dimensions[static_cast<size_t>(Dimension::kRegion)], "eu-west");
  EXPECT_EQ(parsed->dimensions[static_cast<size_t>(Dimension::kSource)], "");
  EXPECT_LT(bytes, AttemptsMinuteKey(key.minute + 1));
  EXPECT_GT(bytes, AttemptsMinuteKey(key.minute));
  EXPECT_FALSE(ParseAttemptsKey(bytes.substr(1)).has_value());
}

TEST(MessageTemplateTest, OnlyATemplateThatGivesTheMessageBackReproducesIt) {
  std::string parameters;
  AppendString(parameters, "17");
  AppendString(parameters, "");
  EXPECT_TRUE(Reproduces("took \x01 ms\x01", parameters, "took 17 ms"));
  EXPECT_FALSE(Reproduces("took \x01 ms\x01", parameters, "took 17 ms!"));
  EXPECT_FALSE(Reproduces("took \x01 ms", parameters, "took 17 ms"));          // one parameter too many
  EXPECT_FALSE(Reproduces("took \x01 ms\x01\x01", parameters, "took 17 ms"));  // one too few
  EXPECT_TRUE(Reproduces("", "", ""));
}

}  // namespace
}  // namespace faultline::store
