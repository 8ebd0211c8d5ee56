// Signatures of one open segment by 16-bit code, in order of first appearance.
//
// One thread adds. Any thread may read codes that it learned of through an
// acquire: entries never move.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

#include "store/segment.h"

namespace faultline::store {

class SignatureDictionary {
 public:
  SignatureDictionary() : slots_(64, kFree) {}

  // The code of `signature`, which is added when new. Called at most
  // kMaxSegmentEvents times, so that there is always room.
  uint16_t Add(uint64_t signature) {
    if (signature == last_signature_ && size() > 0) return last_code_;
    size_t at_slot = SlotOf(signature, slots_.size());
    for (; slots_[at_slot] != kFree; at_slot = (at_slot + 1) & (slots_.size() - 1)) {
      const auto code = static_cast<uint16_t>(slots_[at_slot]);
      if (at(code) == signature) return Remember(signature, code);
    }
    const uint32_t code = size_.load(std::memory_order_relaxed);
    std::unique_ptr<uint64_t[]>& chunk = chunks_[code / kChunk];
    if (chunk == nullptr) chunk = std::make_unique<uint64_t[]>(kChunk);
    chunk[code % kChunk] = signature;
    slots_[at_slot] = code;
    size_.store(code + 1, std::memory_order_release);
    if (size_t{code + 1} * 2 >= slots_.size()) Grow();
    return Remember(signature, static_cast<uint16_t>(code));
  }

  // Whether Add() would find it. The adding thread only.
  bool Has(uint64_t signature) const {
    if (size() == 0) return false;
    if (signature == last_signature_) return true;
    for (size_t slot = SlotOf(signature, slots_.size()); slots_[slot] != kFree;
         slot = (slot + 1) & (slots_.size() - 1)) {
      if (at(static_cast<uint16_t>(slots_[slot])) == signature) return true;
    }
    return false;
  }

  uint32_t size() const { return size_.load(std::memory_order_acquire); }
  uint64_t at(uint16_t code) const { return chunks_[code / kChunk][code % kChunk]; }

 private:
  static constexpr uint32_t kChunk = 256;
  static constexpr uint32_t kFree = UINT32_MAX;

  static size_t SlotOf(uint64_t signature, size_t slots) {
    return ((signature * 0x9E3779B97F4A7C15u) >> 32) & (slots - 1);
  }
  uint16_t Remember(uint64_t signature, uint16_t code) {
    last_signature_ = signature;
    return last_code_ = code;
  }
  void Grow() {
    std::vector<uint32_t> larger(slots_.size() * 2, kFree);
    for (const uint32_t code : slots_) {
      if (code == kFree) continue;
      size_t to = SlotOf(at(static_cast<uint16_t>(code)), larger.size());
      while (larger[to] != kFree) to = (to + 1) & (larger.size() - 1);
      larger[to] = code;
    }
    slots_ = std::move(larger);
  }

  std::array<std::unique_ptr<uint64_t[]>, (kMaxSegmentEvents + kChunk - 1) / kChunk> chunks_;
  std::atomic<uint32_t> size_{0};
  std::vector<uint32_t> slots_;  // a power of two, at most half full
  uint64_t last_signature_ = 0;
  uint16_t last_code_ = 0;
};

}  // namespace faultline::store
