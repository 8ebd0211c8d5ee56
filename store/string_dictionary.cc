#include "store/string_dictionary.h"

// Most strings are short: the call would cost as much as the hash.
#define XXH_INLINE_ALL
#include <xxhash.h>

namespace faultline::store {

StringDictionary::StringDictionary(Arena& arena, uint32_t max_entries, size_t max_bytes)
    : arena_(arena), max_entries_(max_entries), max_bytes_(max_bytes), slots_(64) {
  chunks_[0] = std::make_unique<std::string_view[]>(kChunk);
}

std::optional<uint16_t> StringDictionary::Add(std::string_view value) {
  if (value.empty()) return 0;
  const auto hash = static_cast<uint32_t>(XXH3_64bits(value.data(), value.size()));
  size_t at_slot = hash & (slots_.size() - 1);
  for (; slots_[at_slot].code != 0; at_slot = (at_slot + 1) & (slots_.size() - 1)) {
    const auto code = static_cast<uint16_t>(slots_[at_slot].code);
    if (slots_[at_slot].hash == hash && at(code) == value) return code;
  }
  const uint32_t code = size_.load(std::memory_order_relaxed);
  if (code >= max_entries_ || value.size() > max_bytes_ - bytes_) return std::nullopt;
  std::unique_ptr<std::string_view[]>& chunk = chunks_[code / kChunk];
  if (chunk == nullptr) chunk = std::make_unique<std::string_view[]>(kChunk);
  chunk[code % kChunk] = arena_.Copy(value);
  bytes_ += value.size();
  slots_[at_slot] = {hash, code};
  size_.store(code + 1, std::memory_order_release);
  if (size_t{code} * 2 >= slots_.size()) Grow();
  return static_cast<uint16_t>(code);
}

std::optional<uint16_t> StringDictionary::Find(std::string_view value) const {
  if (value.empty()) return 0;
  const auto hash = static_cast<uint32_t>(XXH3_64bits(value.data(), value.size()));
  for (size_t at_slot = hash & (slots_.size() - 1); slots_[at_slot].code != 0;
       at_slot = (at_slot + 1) & (slots_.size() - 1)) {
    const auto code = static_cast<uint16_t>(slots_[at_slot].code);
    if (slots_[at_slot].hash == hash && at(code) == value) return code;
  }
  return std::nullopt;
}

void StringDictionary::Grow() {
  std::vector<Slot> larger(slots_.size() * 2);
  for (const Slot& slot : slots_) {
    if (slot.code == 0) continue;
    size_t to = slot.hash & (larger.size() - 1);
    while (larger[to].code != 0) to = (to + 1) & (larger.size() - 1);
    larger[to] = slot;
  }
  slots_ = std::move(larger);
}

}  // namespace faultline::store
