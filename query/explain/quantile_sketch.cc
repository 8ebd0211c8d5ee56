#include "query/explain/quantile_sketch.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace faultline::query {
namespace {

constexpr double kAccuracy = 0.01;
constexpr double kSmallest = 1e-9, kLargest = 1e30;
const double kLogGrowth = std::log((1 + kAccuracy) / (1 - kAccuracy));
// Buckets of positive values are numbered from 1.
const int32_t kOffset = static_cast<int32_t>(std::floor(std::log(kSmallest) / kLogGrowth)) - 1;

}  // namespace

int32_t QuantileSketch::BucketOf(double value) {
  const double size = std::abs(value);
  if (size < kSmallest) return 0;
  const auto bucket = static_cast<int32_t>(std::ceil(std::log(std::min(size, kLargest)) / kLogGrowth)) - kOffset;
  return value > 0 ? bucket : -bucket;
}

double QuantileSketch::MiddleOf(int32_t bucket) {
  if (bucket == 0) return 0;
  const double upper = std::exp((std::abs(bucket) + kOffset) * kLogGrowth);
  const double middle = upper * (1 - kAccuracy);
  return bucket > 0 ? middle : -middle;
}

void QuantileSketch::Merge(const QuantileSketch& other) {
  for (const auto& [bucket, count] : other.buckets_) buckets_[bucket] += count;
  count_ += other.count_;
}

double QuantileSketch::Quantile(double q) const {
  const auto rank = static_cast<int64_t>(std::floor(std::clamp(q, 0.0, 1.0) * static_cast<double>(count_ - 1)));
  int64_t below = 0;
  for (const auto& [bucket, count] : buckets_) {
    below += count;
    if (below > rank) return MiddleOf(bucket);
  }
  return 0;
}

double KolmogorovDistance(const QuantileSketch& a, const QuantileSketch& b) {
  if (a.count_ == 0 || b.count_ == 0) return 0;
  double distance = 0, share_a = 0, share_b = 0;
  auto at_a = a.buckets_.begin();
  auto at_b = b.buckets_.begin();
  while (at_a != a.buckets_.end() || at_b != b.buckets_.end()) {
    const bool take_a = at_b == b.buckets_.end() || (at_a != a.buckets_.end() && at_a->first <= at_b->first);
    const bool take_b = at_a == a.buckets_.end() || (at_b != b.buckets_.end() && at_b->first <= at_a->first);
    if (take_a) share_a += static_cast<double>(at_a++->second) / static_cast<double>(a.count_);
    if (take_b) share_b += static_cast<double>(at_b++->second) / static_cast<double>(b.count_);
    distance = std::max(distance, std::abs(share_a - share_b));
  }
  return std::min(distance, 1.0);
}

double KolmogorovChance(double distance, int64_t n, int64_t m) {
  if (n <= 0 || m <= 0) return 1;
  const double size = std::sqrt(static_cast<double>(n) * static_cast<double>(m) / static_cast<double>(n + m));
  const double lambda = (size + 0.12 + 0.11 / size) * distance;
  if (lambda < 0.3) return 1;
  double sum = 0, sign = 1;
  for (int k = 1; k <= 100; ++k, sign = -sign) {
    const double term = std::exp(-2.0 * k * k * lambda * lambda);
    sum += sign * term;
    if (term < 1e-16) break;
  }
  return std::clamp(2 * sum, 0.0, 1.0);
}

}  // namespace faultline::query
