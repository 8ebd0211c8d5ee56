// Failures and attempts by distinct combination of dimension values: what an
// explanation is computed from.
//
// Values are dictionary codes. Building deduplicates rows, so that the search costs
// what there are distinct rows and not what there were events. Not thread-safe while built.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"

namespace faultline::query {

inline constexpr size_t kMaxExplainDimensions = 64;
// Distinct values kept of one dimension; later ones share kOtherValue.
inline constexpr size_t kMaxExplainValues = 50'000;
// Distinct rows kept of one table; about 100 bytes each at ten dimensions.
inline constexpr size_t kMaxExplainRows = 2'000'000;
// Code of all values beyond the bound together. It is never part of an answer.
inline constexpr uint32_t kOtherValue = UINT32_MAX;

class RateTable {
 public:
  struct Counts {
    double failures = 0;
    double attempts = 0;  // never below the failures
  };

  // `dimensions` are distinct, at most kMaxExplainDimensions.
  explicit RateTable(std::vector<std::string> dimensions);

  // The code of a value, made when it is new.
  uint32_t CodeOf(size_t dimension, std::string_view value);
  // The row with these codes, one for each dimension, made when it is new; nullopt when
  // the table is full.
  std::optional<size_t> RowOf(std::span<const uint32_t> codes);
  // Both must be finite and not negative. More failures than attempts are taken as
  // all attempts having failed, and counted in overfull().
  void AddTarget(size_t row, double failures, double attempts) { Add(target_, row, failures, attempts); }
  void AddBaseline(size_t row, double failures, double attempts) { Add(baseline_, row, failures, attempts); }

  size_t dimension_count() const { return dimensions_.size(); }
  const std::vector<std::string>& dimensions() const { return dimensions_; }
  size_t rows() const { return target_.size(); }
  uint32_t code(size_t row, size_t dimension) const { return codes_[row * dimensions_.size() + dimension]; }
  const Counts& target(size_t row) const { return target_[row]; }
  Counts baseline(size_t row) const { return row < baseline_.size() ? baseline_[row] : Counts(); }
  // How many codes the dimension has, kOtherValue not counted.
  size_t value_count(size_t dimension) const { return values_[dimension].size(); }
  const std::string& value(size_t dimension, uint32_t code) const { return values_[dimension][code]; }
  bool has_other(size_t dimension) const { return has_other_[dimension]; }
  // Additions with more failures than attempts.
  int64_t overfull() const { return overfull_; }

 private:
  static size_t SlotOf(uint64_t hash, size_t mask) { return (hash >> 32) & mask; }
  void Add(std::vector<Counts>& to, size_t row, double failures, double attempts);
  void Grow();

  const std::vector<std::string> dimensions_;
  std::vector<std::vector<std::string>> values_;  // by dimension and code
  std::vector<absl::flat_hash_map<std::string, uint32_t>> code_of_;
  std::vector<bool> has_other_;
  std::vector<uint32_t> codes_;   // by row, then dimension
  std::vector<Counts> target_;    // by row
  std::vector<Counts> baseline_;  // by row, as far as any has counts: events have none
  // Open addressing: the high half of the hash of the row's codes, and row + 1; 0 is free. So most rows that are not
  // the one looked for are passed by without a look at their codes, and none is hashed again.
  std::vector<uint64_t> slots_;
  int64_t overfull_ = 0;
};

}  // namespace faultline::query
