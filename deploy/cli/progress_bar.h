// One line on a terminal's standard error that says how far a load is.
#pragma once

#include <cstdint>

#include "deploy/cli/loader.h"

namespace faultline::deploy {

class ProgressBar {
 public:
  // Shows nothing unless `wanted`.
  explicit ProgressBar(bool wanted) : wanted_(wanted) {}

  // Draws at most ten times a second.
  void Update(const LoadProgress& progress);
  // Takes the line away.
  void Clear() const;

 private:
  const bool wanted_;
  int64_t start_us_ = 0;
  int64_t last_drawn_us_ = 0;
};

}  // namespace faultline::deploy
