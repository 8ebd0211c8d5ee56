// The masked messages that templates are learned from: a set of bounded size
// that depends on which messages were added and on nothing else.
//
// Above the bound it keeps those with the smallest hashes (a bottom-k sample:
// Cohen and Kaplan, PODC 2007), so order, repeats and how the messages were
// spread over workers cannot change it: the union of two sets is the set of
// the union. Not thread-safe.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace faultline::query {

class MaskedSet {
 public:
  // Longer texts are not learned from: they are their own template.
  static constexpr size_t kMaxTextBytes = 2'048;
  static constexpr size_t kDefaultSize = 16'384;

  explicit MaskedSet(size_t max_size = kDefaultSize) : max_size_(max_size) {}

  // True when `masked` was not there and is now.
  bool Add(std::string_view masked);
  void Merge(const MaskedSet& other);

  // By hash.
  const std::map<uint64_t, std::string>& texts() const { return texts_; }
  bool sampled() const { return sampled_; }
  // Distinct texts ever added: exact while not sampled(), else the estimate (k - 1) / h of the
  // k-th smallest hash h in 0..1 (Bar-Yossef et al., RANDOM 2002), with a standard error of 1 / sqrt(k - 2).
  int64_t EstimateDistinct() const;

 private:
  const size_t max_size_;
  std::map<uint64_t, std::string> texts_;
  bool sampled_ = false;
};

}  // namespace faultline::query
