// 32 bytes of text at a time: which of them are of a kind, as a mask whose bit
// i stands for byte i. AVX2 where it is built for that, else a plain loop.
//
// Pure; any thread.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#ifdef __AVX2__
#include <immintrin.h>
#endif

#include "base/text_ends.h"

namespace faultline {

// A set of ASCII characters, to ask a block for.
class ByteSet {
 public:
  // `has(c)` for each of the 128 characters.
  template <typename Has>
  explicit constexpr ByteSet(Has has) {
    for (unsigned c = 0; c < 128; ++c) {
      if (has(static_cast<char>(c))) rows_[c & 15] |= static_cast<uint8_t>(1 << (c >> 4));
    }
  }
  constexpr bool Has(char c) const {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 128 && (rows_[byte & 15] >> (byte >> 4) & 1) != 0;
  }

 private:
  friend class ByteBlock;
  std::array<uint8_t, 16> rows_{};  // by low half of a byte: bit i for the high half i
};

class ByteBlock {
 public:
  static constexpr size_t kBytes = 32;

#ifdef __AVX2__
  // Reads the 32 bytes at `from`.
  explicit ByteBlock(const char* from) : bytes_(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(from))) {}
  // The 1 to 32 bytes of `text`, some of them several times and in no order: enough to ask whether any is of a kind.
  static ByteBlock OfShort(std::string_view text) {
    const char* const p = text.data();
    const size_t n = text.size();
    if (n > 16) return ByteBlock(_mm256_set_m128i(Load16(p + n - 16), Load16(p)));
    if (n == 16) return ByteBlock(_mm256_broadcastsi128_si256(Load16(p)));
    const TextEnds ends = TextEnds::Of(text);
    if (n >= 8) return ByteBlock(Twice(ends.first, ends.last));
    if (n >= 4) return ByteBlock(Twice(ends.first | ends.last << 32, ends.first | ends.last << 32));
    const auto three = static_cast<uint64_t>(static_cast<unsigned char>(p[0])) |
                       static_cast<uint64_t>(static_cast<unsigned char>(p[n / 2])) << 8 |
                       static_cast<uint64_t>(static_cast<unsigned char>(p[n - 1])) << 16;
    const uint64_t many = three | three << 24 | three << 48;
    return ByteBlock(Twice(many, many));
  }

  uint32_t Equal(char c) const { return Mask(_mm256_cmpeq_epi8(bytes_, _mm256_set1_epi8(c))); }
  // Control characters: below 0x20.
  uint32_t Controls() const { return Mask(_mm256_cmpeq_epi8(_mm256_min_epu8(bytes_, _mm256_set1_epi8(0x1f)), bytes_)); }
  uint32_t NotAscii() const { return Mask(bytes_); }
  // Whether the first `size` (1..32) bytes are those at `text`, of which 32 can be read.
  bool StartsWith(const char* text, size_t size) const {
    const __m256i other = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(text));
    const uint32_t different = ~Mask(_mm256_cmpeq_epi8(bytes_, other));
    return different << (kBytes - size) == 0;
  }
  uint32_t In(const ByteSet& set) const {
    const __m256i rows =
        _mm256_broadcastsi128_si256(_mm_loadu_si128(reinterpret_cast<const __m128i*>(set.rows_.data())));
    // By the high half of a byte: its bit in the rows. None for what is not ASCII.
    const __m256i bits =
        _mm256_broadcastsi128_si256(_mm_setr_epi8(1, 2, 4, 8, 16, 32, 64, -128, 0, 0, 0, 0, 0, 0, 0, 0));
    const __m256i half = _mm256_set1_epi8(15);
    const __m256i row = _mm256_shuffle_epi8(rows, _mm256_and_si256(bytes_, half));
    const __m256i bit = _mm256_shuffle_epi8(bits, _mm256_and_si256(_mm256_srli_epi16(bytes_, 4), half));
    return ~Mask(_mm256_cmpeq_epi8(_mm256_and_si256(row, bit), _mm256_setzero_si256()));
  }

 private:
  explicit ByteBlock(__m256i bytes) : bytes_(bytes) {}
  static __m128i Load16(const char* from) { return _mm_loadu_si128(reinterpret_cast<const __m128i*>(from)); }
  static __m256i Twice(uint64_t low, uint64_t high) {
    return _mm256_broadcastsi128_si256(_mm_set_epi64x(static_cast<int64_t>(high), static_cast<int64_t>(low)));
  }
  static uint32_t Mask(__m256i bytes) { return static_cast<uint32_t>(_mm256_movemask_epi8(bytes)); }

  __m256i bytes_;
#else
  explicit ByteBlock(const char* from) { std::memcpy(bytes_.data(), from, kBytes); }
  static ByteBlock OfShort(std::string_view text) {
    std::array<char, kBytes> bytes;
    for (size_t i = 0; i < kBytes; ++i) bytes[i] = text[i % text.size()];
    return ByteBlock(bytes.data());
  }

  uint32_t Equal(char c) const {
    return MaskOf([c](char byte) { return byte == c; });
  }
  uint32_t Controls() const {
    return MaskOf([](char byte) { return static_cast<unsigned char>(byte) < 0x20; });
  }
  uint32_t NotAscii() const {
    return MaskOf([](char byte) { return static_cast<unsigned char>(byte) >= 0x80; });
  }
  bool StartsWith(const char* text, size_t size) const { return std::memcmp(bytes_.data(), text, size) == 0; }
  uint32_t In(const ByteSet& set) const {
    return MaskOf([&set](char byte) { return set.Has(byte); });
  }

 private:
  template <typename Is>
  uint32_t MaskOf(Is is) const {
    uint32_t mask = 0;
    for (size_t i = 0; i < kBytes; ++i) mask |= uint32_t{is(bytes_[i])} << i;
    return mask;
  }

  std::array<char, kBytes> bytes_;
#endif
};

// Whether all bytes of `text`, which is not empty, are in the set.
inline bool AllIn(std::string_view text, const ByteSet& set) {
  constexpr size_t kBytes = ByteBlock::kBytes;
  if (text.size() <= kBytes) return ~ByteBlock::OfShort(text).In(set) == 0;
  const char* const last = text.data() + text.size() - kBytes;
  for (const char* p = text.data(); p < last; p += kBytes) {
    if (~ByteBlock(p).In(set) != 0) return false;
  }
  return ~ByteBlock(last).In(set) == 0;
}

// Goes through the bytes of a text that are in a set.
class ByteScan {
 public:
  ByteScan(std::string_view text, const ByteSet& set) : text_(text), set_(set) {}

  // The first position at or behind `from` of a byte in the set; the size of the text when there is none.
  size_t Next(size_t from) {
    const size_t base = from / ByteBlock::kBytes * ByteBlock::kBytes;
    if (base != base_) return InBlocks(from);
    const uint32_t bits = bits_ >> (from - base);
    return bits != 0 ? from + static_cast<size_t>(std::countr_zero(bits)) : InBlocks(base + ByteBlock::kBytes);
  }

 private:
  [[gnu::noinline]] size_t InBlocks(size_t from) {
    while (from < text_.size()) {
      const size_t base = from / ByteBlock::kBytes * ByteBlock::kBytes;
      Load(base);
      const uint32_t bits = bits_ >> (from - base);
      if (bits != 0) return from + static_cast<size_t>(std::countr_zero(bits));
      from = base + ByteBlock::kBytes;
    }
    return text_.size();
  }
  void Load(size_t base) {
    base_ = base;
    const size_t left = text_.size() - base;
    if (left >= ByteBlock::kBytes) {
      bits_ = ByteBlock(text_.data() + base).In(set_);
    } else if (text_.size() >= ByteBlock::kBytes) {
      bits_ = ByteBlock(text_.data() + text_.size() - ByteBlock::kBytes).In(set_) >> (ByteBlock::kBytes - left);
    } else {
      std::array<char, ByteBlock::kBytes> padded{};
      std::memcpy(padded.data(), text_.data(), left);
      bits_ = ByteBlock(padded.data()).In(set_) & ((uint32_t{1} << left) - 1);
    }
  }

  const std::string_view text_;
  const ByteSet& set_;
  size_t base_ = std::string_view::npos;
  uint32_t bits_ = 0;
};

// The bits below the lowest set one of `mask`; all when there is none.
inline uint32_t BitsBelow(uint32_t mask) { return (mask & -mask) - 1; }

}  // namespace faultline
