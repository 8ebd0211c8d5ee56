// How many distinct hashes were added, estimated from 4 KB: HyperLogLog with 4,096 registers, some 1.6 % off.
// Sources: Flajolet, Fusy, Gandouet, Meunier, "HyperLogLog: the analysis of a near-optimal cardinality estimation
// algorithm", AofA 2007; the estimate without special cases is that of Ertl, "New cardinality estimation algorithms for
// HyperLogLog sketches", arXiv:1702.01284 (2017), algorithm 6.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace faultline::store {

class HyperLogLog {
 public:
  void Add(uint64_t hash);
  // As if everything that was added to `other` had been added here.
  void Merge(const HyperLogLog& other);
  bool empty() const { return registers_.empty(); }
  // 0 when empty.
  double Estimate() const;

  // Empty while nothing was added.
  const std::string& bytes() const { return registers_; }
  // False, and empty, for what bytes() never gave.
  bool SetBytes(std::string_view bytes);

 private:
  std::string registers_;  // for each the highest run of zeros plus one
};

}  // namespace faultline::store
