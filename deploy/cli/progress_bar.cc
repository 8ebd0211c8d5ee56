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

void ProgressBar::Update(int64_t bytes, int64_t events) {
  if (total_bytes_ < 0) return;
  const int64_t now_us = NowMicros();
  if (start_us_ == 0) start_us_ = now_us;
  if (now_us - last_drawn_us_ < kDrawIntervalUs) return;
  last_drawn_us_ = now_us;
  std::string bar;
  if (total_bytes_ > 0) {
    const int64_t done = std::min(bytes, total_bytes_);
    for (int64_t cell = 0; cell < kCells; ++cell) bar += cell * total_bytes_ < done * kCells ? "█" : "░";
    bar += fmt::format(" {:3} %  ", done * 100 / total_bytes_);
  }
  const int64_t elapsed_us = std::max<int64_t>(now_us - start_us_, 1);
  fmt::print(stderr, "\r\x1b[K{}{} events, {} MB, {} events/s", bar, WithThousands(events), bytes / 1'000'000,
             WithThousands(events * 1'000'000 / elapsed_us));
  std::fflush(stderr);
}

void ProgressBar::Clear() {
  if (last_drawn_us_ == 0) return;
  fmt::print(stderr, "\r\x1b[K");
  std::fflush(stderr);
}

}  // namespace faultline::deploy
