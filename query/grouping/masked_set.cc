#include "query/grouping/masked_set.h"

#include <xxhash.h>

#include <cmath>
#include <iterator>

namespace faultline::query {

bool MaskedSet::Add(std::string_view masked) {
  if (masked.size() > kMaxTextBytes) return false;
  const uint64_t hash = XXH3_64bits(masked.data(), masked.size());
  if (texts_.size() >= max_size_) {
    const auto largest = std::prev(texts_.end());
    if (hash >= largest->first) {
      sampled_ = sampled_ || hash > largest->first;
      return false;
    }
  }
  if (!texts_.emplace(hash, masked).second) return false;
  if (texts_.size() > max_size_) {
    texts_.erase(std::prev(texts_.end()));
    sampled_ = true;
  }
  return true;
}

void MaskedSet::Merge(const MaskedSet& other) {
  for (const auto& [hash, text] : other.texts_) Add(text);
  sampled_ = sampled_ || other.sampled_;
}

int64_t MaskedSet::EstimateDistinct() const {
  const auto size = static_cast<double>(texts_.size());
  if (!sampled_ || texts_.size() < 3) return static_cast<int64_t>(texts_.size());
  const double largest = std::ldexp(static_cast<double>(std::prev(texts_.end())->first), -64);
  return std::llround((size - 1) / largest);
}

}  // namespace faultline::query
