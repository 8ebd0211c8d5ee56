// Finds the bytes of a message at which something variable may begin, sixteen
// at a time: plain words cost next to nothing.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "ingest/variable_run.h"

namespace faultline::ingest {

class VariableScan {
 public:
  static constexpr size_t kNone = std::string_view::npos;

  explicit VariableScan(std::string_view text) : text_(text) {}

  // The first position at or behind `from` with a digit, a special byte
  // (kSpecial), or the first of eight letters in a row that could be hex;
  // kNone when there is none. `from` never goes back by more than a block.
  size_t Next(size_t from) {
    while (from < text_.size()) {
      const size_t base = from - from % kStep;
      if (base != base_) Load(base);
      const uint64_t bits = bits_ >> (from - base);
      if (bits != 0) return from + static_cast<size_t>(std::countr_zero(bits));
      from = base + kStep;
    }
    return kNone;
  }

 private:
  static constexpr size_t kBlock = 64;
  // A run of eight that begins in the last bytes of a block ends in the next
  // one, so those bytes belong to the next.
  static constexpr size_t kStep = 56;

  void Load(size_t base) {
    base_ = base;
    const size_t left = text_.size() - base;
    if (left >= kBlock) {
      bits_ = Bits(text_.data() + base);
    } else {
      char padded[kBlock] = {};
      std::memcpy(padded, text_.data() + base, left);
      bits_ = Bits(padded);
    }
    bits_ &= (uint64_t{1} << kStep) - 1;
  }

  static uint64_t Bits(const char* block) {
    uint64_t found = 0, hex = 0;
#ifdef __SSE2__
    const auto at_most = [](__m128i x, char limit) {  // unsigned
      return _mm_cmpeq_epi8(_mm_min_epu8(x, _mm_set1_epi8(limit)), x);
    };
    for (int i = 0; i < 4; ++i) {
      const __m128i x = _mm_loadu_si128(reinterpret_cast<const __m128i*>(block + 16 * i));
      const __m128i digits = at_most(_mm_sub_epi8(x, _mm_set1_epi8('0')), 9);
      const __m128i quotes =
          _mm_or_si128(_mm_cmpeq_epi8(x, _mm_set1_epi8('"')), _mm_cmpeq_epi8(x, _mm_set1_epi8('\'')));
      const __m128i marks =
          _mm_or_si128(_mm_cmpeq_epi8(x, _mm_set1_epi8('<')), _mm_cmpeq_epi8(x, _mm_set1_epi8('\x01')));
      const __m128i lower = _mm_or_si128(x, _mm_set1_epi8(0x20));
      const __m128i letters = at_most(_mm_sub_epi8(lower, _mm_set1_epi8('a')), 5);
      const auto mask = [](__m128i v) { return static_cast<uint64_t>(static_cast<uint32_t>(_mm_movemask_epi8(v))); };
      found |= mask(_mm_or_si128(digits, _mm_or_si128(quotes, marks))) << (16 * i);
      hex |= mask(letters) << (16 * i);
    }
#else
    for (size_t i = 0; i < kBlock; ++i) {
      const uint8_t cls = ClassOf(block[i]);
      found |= uint64_t{(cls & (kDigit | kSpecial)) != 0} << i;
      hex |= uint64_t{(cls & kHexLetter) != 0} << i;
    }
#endif
    hex &= hex >> 1;
    hex &= hex >> 2;
    hex &= hex >> 4;
    return found | hex;
  }

  const std::string_view text_;
  size_t base_ = kNone;
  uint64_t bits_ = 0;
};

}  // namespace faultline::ingest
