// The sample's only source of chance: SplitMix64 (Steele, Lea, Flood 2014).
// The same seed gives the same numbers on every machine, unlike the standard
// library's distributions.
#pragma once

#include <cstdint>
#include <string>

namespace faultline::deploy {

class SampleRandom {
 public:
  explicit SampleRandom(uint64_t seed) : state_(seed) {}

  uint64_t Next() {
    uint64_t z = (state_ += 0x9e3779b97f4a7c15ULL);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
  }
  // 0 <= result < n; n >= 1, below 2^32.
  uint64_t Below(uint64_t n) { return ((Next() >> 32) * n) >> 32; }
  // low <= result <= high.
  int64_t Between(int64_t low, int64_t high) {
    return low + static_cast<int64_t>(Below(static_cast<uint64_t>(high - low + 1)));
  }
  bool Chance(int percent) { return Below(100) < static_cast<uint64_t>(percent); }
  // Lower-case hex, `digits` of them.
  std::string Hex(int digits) {
    static constexpr char kDigits[] = "0123456789abcdef";
    std::string text;
    for (int i = 0; i < digits; ++i) text += kDigits[Below(16)];
    return text;
  }

 private:
  uint64_t state_;
};

}  // namespace faultline::deploy
