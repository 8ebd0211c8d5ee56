// One line on a terminal's standard error that says how far a load is.
#pragma once

#include <cstdint>

namespace faultline::deploy {

class ProgressBar {
 public:
  // `total_bytes` 0: the size is not known, no share is shown. Negative: shows nothing.
  explicit ProgressBar(int64_t total_bytes) : total_bytes_(total_bytes) {}

  // Draws at most ten times a second.
  void Update(int64_t bytes, int64_t events);
  // Takes the line away.
  void Clear();

 private:
  const int64_t total_bytes_;
  int64_t start_us_ = 0;
  int64_t last_drawn_us_ = 0;
};

}  // namespace faultline::deploy
