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
#include "store/flat_id_chunk.h"
#include "store/id_chunk.h"
#include "store/id_codec.h"
#include "store/id_filter.h"
#include "store/id_ordinals.h"
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

TEST(IdChunkTest, IdsComeBackInOrder) {
  std::set<std::string> ids;
  for (int i = 0; i < 400; ++i) ids.insert(std::string(1, static_cast<char>(i % 3)) + std::to_string(i * 7919));
  ids.insert(std::string(1, 0) + std::string(250, 'x'));
  ids.insert(std::string(1, 0) + std::string(251, 'x'));
  IdChunkBuilder builder;
  for (const std::string& id : ids) builder.Add(id);
  BlockPacker packer(1);
  const std::string value = builder.Finish(packer);
  IdChunkReader reader;
  ASSERT_THAT(reader.Open(value), IsOk());
  for (const std::string& id : ids) {
    ASSERT_TRUE(reader.Next());
    ASSERT_EQ(reader.encoded_id(), id);
  }
  EXPECT_FALSE(reader.Next());
  EXPECT_THAT(reader.status(), IsOk());
}

// Ids of `bytes` random bytes, packed from hex.
std::set<std::string> RandomHexIds(size_t count, size_t bytes) {
  std::mt19937 random(static_cast<uint32_t>(count * 31 + bytes));
  std::set<std::string> ids;
  for (size_t i = 0; i < count; ++i) {
    std::string id(1, 1);
    for (size_t b = 0; b < bytes; ++b) id.push_back(static_cast<char>(random()));
    ids.insert(id);
  }
  return ids;
}

TEST(IdChunkTest, HexIdsOfOneSizeAreFoundAndReadInOrder) {
  for (const size_t bytes : {1, 2, 3, 4, 8, 16}) {
    for (const size_t count : {1, 2, 7, 64, 512}) {
      const std::set<std::string> ids = RandomHexIds(count, bytes);
      IdChunkBuilder builder;
      for (const std::string& id : ids) builder.Add(id);
      BlockPacker packer(1);
      const std::string value = builder.Finish(packer);
      ASSERT_EQ(value.front(), FlatIdChunk::kVersion);
      if (bytes > 2 && count == 512) {
        EXPECT_LT(value.size(), ids.size() * bytes) << "the gaps pay";
      }
      IdChunkReader reader;
      ASSERT_THAT(reader.Open(value), IsOk());
      uint32_t index = 0;
      for (const std::string& id : ids) ASSERT_EQ(reader.Find(id), index++);
      for (const std::string& id : RandomHexIds(count * 3 + 1, bytes)) {
        ASSERT_EQ(reader.Find(id).has_value(), ids.count(id) != 0);
      }
      EXPECT_EQ(reader.Find(std::string(1, 2) + std::string(bytes, 'x')), std::nullopt);
      EXPECT_EQ(reader.Find(std::string(1, 1) + std::string(bytes + 1, 'x')), std::nullopt);
      for (const std::string& id : ids) {
        ASSERT_TRUE(reader.Next());
        ASSERT_EQ(reader.encoded_id(), id);
      }
      EXPECT_FALSE(reader.Next());
    }
  }
}

TEST(IdOrdinalsTest, FindsEventsOfAnIdAndIdsOfEvents) {
  std::vector<uint16_t> ordinals;
  std::vector<uint8_t> first;
  std::map<uint32_t, int32_t> ids;
  int32_t index = -1;
  for (uint32_t i = 0; i < 3'000; ++i) {
    first.push_back(i % 7 < 3 ? 1 : 0);
    if (first.back() != 0) ++index;
    ordinals.push_back(static_cast<uint16_t>(i * 7 % 65'521));
    ids[ordinals.back()] = index;
  }
  const std::string value = IdOrdinals::Encode(ordinals, first);
  IdOrdinals reader;
  ASSERT_THAT(reader.Open(value), IsOk());
  ASSERT_EQ(reader.ids(), static_cast<uint32_t>(index + 1));
  uint32_t entry = 0;
  for (uint32_t id = 0; id < reader.ids(); ++id) {
    for (const uint16_t ordinal : reader.Events(id)) ASSERT_EQ(ordinal, ordinals[entry++]);
  }
  ASSERT_EQ(entry, ordinals.size());
  std::vector<uint32_t> all(65'536);
  for (uint32_t i = 0; i < all.size(); ++i) all[i] = i;
  const std::vector<int32_t> many = reader.IdsOf(all);
  for (uint32_t i = 0; i < all.size(); ++i) {
    ASSERT_EQ(many[i], ids.count(i) != 0 ? ids[i] : -1);
    if (i % 1'001 != 0) continue;
    ASSERT_EQ(reader.IdsOf({&all[i], 1}).front(), many[i]);
  }
}

TEST(IdFilterTest, SaysMaybeToEveryIdItHoldsAndNoToMostOthers) {
  const auto id = [](int i) { return OpenSegment::HashId("id-" + std::to_string(i)); };
  constexpr int kStrangers = 200'000;
  // Returns how many of the strangers are let in.
  const auto check = [&](const IdFilter& filter, int ids) {
    const auto decoded = IdFilter::Decode(filter.Encode());
    EXPECT_THAT(decoded, IsOk());
    int maybe = 0;
    for (int i = 0; i < ids; ++i) EXPECT_TRUE(decoded->MayContain(id(i)));
    for (int i = 0; i < kStrangers; ++i) maybe += decoded->MayContain(id(1'000'000 + i)) ? 1 : 0;
    return maybe;
  };
  for (const int ids : {1, 2, 3, 10, 100, 1'000, 10'000, 65'535}) {
    std::vector<uint64_t> hashes;
    for (int i = 0; i < ids; ++i) hashes.push_back(id(i));
    const IdFilter filter = IdFilter::Build(hashes);
    EXPECT_LT(check(filter, ids), kStrangers / 2'000) << ids;
    if (ids >= 1'000) {
      EXPECT_LT(filter.bytes() * 8, static_cast<size_t>(ids) * 17) << ids;
    }
    EXPECT_LT(check(IdFilter::BuildBlocks(hashes), ids), kStrangers / 25) << ids;
  }
}

TEST(IdFilterTest, HashesThatCollideStillGetAFilter) {
  const std::vector<uint64_t> hashes = {1, 2, 3, 2};
  const auto decoded = IdFilter::Decode(IdFilter::Build(hashes).Encode());
  ASSERT_THAT(decoded, IsOk());
  for (const uint64_t hash : hashes) EXPECT_TRUE(decoded->MayContain(hash));
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

TEST(IdChunkTest, ReadsFormatOne) {
  // Each id with a head: shared bytes, and the size where it differs.
  const std::string block = std::string("\x80\x05\x01", 3) + "abcd" +
                            "\x04"
                            "e" +
                            "\x83\x04"
                            "x";
  const std::string value = std::string(1, 1) + static_cast<char>(block.size() << 1) + block;
  IdChunkReader reader;
  ASSERT_THAT(reader.Open(value), IsOk());
  for (const std::string_view id : {"\x01"
                                    "abcd",
                                    "\x01"
                                    "abce",
                                    "\x01"
                                    "abx"}) {
    ASSERT_TRUE(reader.Next());
    EXPECT_EQ(reader.encoded_id(), id);
  }
  EXPECT_FALSE(reader.Next());
  EXPECT_THAT(reader.status(), IsOk());
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
