#include "deploy/cli/progress_bar.h"

#include <algorithm>
#include <cstdio>
#include <string>

#include "base/timestamp.h"
#include "deploy/cli/output.h"
#include "fmt/format.h"

namespace faultline::deploy {
namespace {

constexpr int64_t kDrawIntervalUs = 100'000;
constexpr int64_t kCells = 30;

}  // namespace

void ProgressBar::Update(const LoadProgress& progress) {
  if (!wanted_) return;
  const int64_t now_us = NowMicros();
  if (start_us_ == 0) start_us_ = now_us;
  if (now_us - last_drawn_us_ < kDrawIntervalUs) return;
  last_drawn_us_ = now_us;
  std::string bar;
  if (progress.bytes_total > 0) {
    const int64_t done = std::min(progress.bytes_read, progress.bytes_total);
    for (int64_t cell = 0; cell < kCells; ++cell) bar += cell * progress.bytes_total < done * kCells ? "█" : "░";
    bar += fmt::format(" {:3} %  ", done * 100 / progress.bytes_total);
  }
  const double seconds = static_cast<double>(std::max<int64_t>(now_us - start_us_, 1)) / 1e6;
  fmt::print(stderr, "\r\x1b[K{}{} events, {} events/s", bar, WithThousands(progress.events),
             WithThousands(static_cast<int64_t>(static_cast<double>(progress.events) / seconds)));
  std::fflush(stderr);
}

void ProgressBar::Clear() const {
  if (last_drawn_us_ == 0) return;
  fmt::print(stderr, "\r\x1b[K");
  std::fflush(stderr);
}

}  // namespace faultline::deploy
