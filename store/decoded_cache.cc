#include "store/decoded_cache.h"

#include "absl/strings/str_cat.h"

namespace faultline::store {
namespace {

using Value = std::shared_ptr<const void>;

void Forget(const rocksdb::Slice&, void* value) { delete static_cast<Value*>(value); }

}  // namespace

// Keys of blocks have 16 bytes, ours more.
DecodedCache::DecodedCache(std::shared_ptr<rocksdb::Cache> cache)
    : cache_(std::move(cache)), prefix_(absl::StrCat("decoded part of ", cache_->NewId(), " ")) {}

std::string DecodedCache::Own(std::string_view key) const {
  std::string own = prefix_;
  own.append(key);
  return own;
}

std::shared_ptr<const void> DecodedCache::FindAny(std::string_view key) const {
  rocksdb::Cache::Handle* const handle = cache_->Lookup(Own(key));
  if (handle == nullptr) return nullptr;
  Value value = *static_cast<Value*>(cache_->Value(handle));
  cache_->Release(handle);
  return value;
}

void DecodedCache::KeepAny(std::string_view key, std::shared_ptr<const void> value, size_t bytes) const {
  auto kept = std::make_unique<Value>(std::move(value));
  // A cache that is full says so and has nothing of it; one that takes it deletes it in time.
  if (cache_->Insert(Own(key), kept.get(), bytes + sizeof(Value), &Forget).ok()) static_cast<void>(kept.release());
}

}  // namespace faultline::store
