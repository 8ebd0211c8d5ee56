#include "store/decoded_cache.h"

#include <gmock/gmock.h>

#include <string>
#include <vector>

namespace faultline::store {
namespace {

using Bytes = std::vector<char>;

std::shared_ptr<const Bytes> Some(size_t size) { return std::make_shared<const Bytes>(size); }

TEST(DecodedCacheTest, GivesBackWhatWasKeptUnderTheKey) {
  const DecodedCache cache(rocksdb::NewLRUCache(1 << 20));
  EXPECT_EQ(cache.Find<Bytes>("a"), nullptr);
  const auto value = Some(7);
  cache.Keep("a", value, value->size());
  EXPECT_EQ(cache.Find<Bytes>("a"), value);
  EXPECT_EQ(cache.Find<Bytes>("b"), nullptr);
}

TEST(DecodedCacheTest, TwoStoresWithOneCacheKeepApart) {
  const auto shared = rocksdb::NewLRUCache(1 << 20);
  const DecodedCache one(shared), other(shared);
  one.Keep("a", Some(1), 1);
  EXPECT_EQ(other.Find<Bytes>("a"), nullptr);
}

TEST(DecodedCacheTest, StaysWithinTheBudgetAndLetsGoOfTheOldest) {
  constexpr size_t kBudget = 1 << 20, kEach = 10'000;
  const auto shared = rocksdb::NewLRUCache(kBudget, /*num_shard_bits=*/0);
  const DecodedCache cache(shared);
  std::weak_ptr<const Bytes> first;
  for (int i = 0; i < 1'000; ++i) {
    const auto value = Some(kEach);
    if (i == 0) first = value;
    cache.Keep(std::to_string(i), value, kEach);
    EXPECT_LE(shared->GetUsage(), kBudget);
  }
  EXPECT_EQ(cache.Find<Bytes>("0"), nullptr);
  EXPECT_TRUE(first.expired()) << "what is gone takes no memory";
  EXPECT_NE(cache.Find<Bytes>("999"), nullptr);
}

TEST(DecodedCacheTest, WhatSomebodyReadsOutlivesItsPlace) {
  const auto shared = rocksdb::NewLRUCache(1 << 16);
  const DecodedCache cache(shared);
  cache.Keep("read", Some(10), 10);
  const auto read = cache.Find<Bytes>("read");
  shared->EraseUnRefEntries();
  EXPECT_EQ(cache.Find<Bytes>("read"), nullptr);
  EXPECT_EQ(read->size(), 10u);
}

}  // namespace
}  // namespace faultline::store
