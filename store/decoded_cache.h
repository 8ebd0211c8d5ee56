// Decoded parts of segments, beside RocksDB's blocks and within the budget of these: what questions about a sliding
// window ask again and again is mostly the few segments at its ends.
//
// Thread-safe.
#pragma once

#include <rocksdb/cache.h>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace faultline::store {

class DecodedCache {
 public:
  explicit DecodedCache(std::shared_ptr<rocksdb::Cache> cache);

  // Null when it is not there, or no longer. `key` was given to Keep with a T.
  template <typename T>
  std::shared_ptr<const T> Find(std::string_view key) const {
    return std::static_pointer_cast<const T>(FindAny(key));
  }
  // For values that never change: a second one under a key is the same. `bytes` is the memory it takes.
  template <typename T>
  void Keep(std::string_view key, std::shared_ptr<const T> value, size_t bytes) const {
    KeepAny(key, std::move(value), bytes);
  }

 private:
  std::shared_ptr<const void> FindAny(std::string_view key) const;
  void KeepAny(std::string_view key, std::shared_ptr<const void> value, size_t bytes) const;
  std::string Own(std::string_view key) const;

  const std::shared_ptr<rocksdb::Cache> cache_;
  const std::string prefix_;  // no key of a block has it
};

}  // namespace faultline::store
