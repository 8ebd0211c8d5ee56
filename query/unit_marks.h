// Marks units as seen, and forgets all marks at once.
//
// Kept from one question to the next: clearing as many marks as there are events
// would cost more than most questions. Belongs to one thread.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

namespace faultline::query {

class UnitMarks {
 public:
  // Forgets all marks. Units are below `units`.
  void Begin(size_t units) {
    if (marks_.size() < units) marks_.resize(units);
    if (++round_ > kMaxRound) {
      std::fill(marks_.begin(), marks_.end(), 0);
      round_ = 1;
    }
  }
  // Sets `bits` (of 1 and 2) for the unit; returns those that were set before.
  uint32_t Add(uint32_t unit, uint32_t bits) {
    uint32_t& mark = marks_[unit];
    const uint32_t before = mark >> 2 == round_ ? mark & 3 : 0;
    mark = round_ << 2 | before | bits;
    return before;
  }

 private:
  static constexpr uint32_t kMaxRound = UINT32_MAX >> 2;

  std::vector<uint32_t> marks_;  // the round of the last mark, and its bits
  uint32_t round_ = 0;
};

}  // namespace faultline::query
