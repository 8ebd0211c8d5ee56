// Strings of one open segment by 16-bit code, in order of first appearance.
// Code 0 is the empty string.
//
// One thread adds. Any thread may read codes that it learned of through an
// acquire: entries never move.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "base/arena.h"

namespace faultline::store {

class StringDictionary {
 public:
  static constexpr uint32_t kMaxEntries = 65'536;

  // New strings are copied to `arena`, which must outlive the dictionary. Add
  // refuses beyond `max_entries` (2 .. kMaxEntries) or `max_bytes`.
  explicit StringDictionary(Arena& arena, uint32_t max_entries = kMaxEntries, size_t max_bytes = SIZE_MAX);

  // The code of `value`, which is added when new; nullopt when there is no room.
  std::optional<uint16_t> Add(std::string_view value);

  // The code of `value`; nullopt when it was not added.
  std::optional<uint16_t> Find(std::string_view value) const;

  // Entries, the empty string included.
  uint32_t size() const { return size_.load(std::memory_order_acquire); }
  // `code` < size().
  std::string_view at(uint16_t code) const { return chunks_[code / kChunk][code % kChunk]; }

 private:
  static constexpr uint32_t kChunk = 256;
  struct Slot {
    uint32_t hash = 0;
    uint32_t code = 0;  // 0 is free: the empty string is never looked up
  };

  void Grow();

  Arena& arena_;
  const uint32_t max_entries_;
  const size_t max_bytes_;
  std::array<std::unique_ptr<std::string_view[]>, kMaxEntries / kChunk> chunks_;
  std::atomic<uint32_t> size_{1};
  std::vector<Slot> slots_;  // a power of two, at most half full
  size_t bytes_ = 0;
};

}  // namespace faultline::store
