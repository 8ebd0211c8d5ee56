// The parts of a segment that ids lie in: what was encoded comes back.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "store/flat_id_chunk.h"
#include "store/id_chunk.h"
#include "store/id_filter.h"
#include "store/id_ordinals.h"
#include "store/open_segment.h"
#include "tests/testing/status_matchers.h"

namespace faultline::store {
namespace {

using ::faultline::testing::IsOk;

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
    const uint32_t few = std::min<uint32_t>(1 + i % 8, static_cast<uint32_t>(all.size()) - i);
    const std::vector<int32_t> some = reader.IdsOf({&all[i], few});
    ASSERT_TRUE(std::equal(some.begin(), some.end(), many.begin() + i)) << few << " from " << i;
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

}  // namespace
}  // namespace faultline::store
