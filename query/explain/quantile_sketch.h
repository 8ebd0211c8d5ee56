// The distribution of a number in a few kilobytes: quantiles within 1 %, and how far two
// distributions are apart.
//
// Buckets grow by a constant factor, so that each holds values within 1 % of
// its middle: DDSketch (Masson, Rim and Lee 2019, "DDSketch: a fast and fully-mergeable quantile
// sketch with relative-error guarantees"). Sketches of parts merge to that of the whole exactly.
// The two-sample Kolmogorov-Smirnov statistic is taken between buckets, so values
// that share one count as equal: it is never above the exact one.
#pragma once

#include <cstdint>
#include <map>

namespace faultline::query {

class QuantileSketch {
 public:
  // `value` must be finite. Those within 1e-9 of 0 count as 0.
  void Add(double value) { ++buckets_[BucketOf(value)], ++count_; }
  void Merge(const QuantileSketch& other);

  int64_t count() const { return count_; }
  // The value below which a share of `q` (0..1) lies; 0 when empty.
  double Quantile(double q) const;

  // Largest difference of the distribution functions, 0..1; 0 when either is empty.
  friend double KolmogorovDistance(const QuantileSketch& a, const QuantileSketch& b);

 private:
  // Ascends with the value; 0 for 0.
  static int32_t BucketOf(double value);
  static double MiddleOf(int32_t bucket);

  std::map<int32_t, int64_t> buckets_;  // at most some 4,500
  int64_t count_ = 0;
};

// Chance that samples of `n` and `m` values of one distribution are at least `distance`
// apart: the asymptotic distribution (Kolmogorov 1933, Smirnov 1948) with Stephens' (1970) correction for few
// values. 1 when either is empty.
double KolmogorovChance(double distance, int64_t n, int64_t m);

}  // namespace faultline::query
