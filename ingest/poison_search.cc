#include "ingest/poison_search.h"

namespace faultline::ingest {

PoisonSearch::Step PoisonSearch::OnError(int64_t position, int64_t log_end) {
  if (searching_) {
    bad_ = probe_;
    return Next(log_end);
  }
  errors_ = position == errors_at_ ? errors_ + 1 : 1;
  errors_at_ = position;
  if (errors_ < kErrorsBeforeSearch) return {};
  searching_ = true;
  start_ = bad_ = position;
  good_ = -1;
  return Next(log_end);
}

PoisonSearch::Step PoisonSearch::OnReadable() {
  good_ = probe_;
  return Halve();
}

PoisonSearch::Step PoisonSearch::Next(int64_t log_end) {
  if (good_ >= 0) return Halve();
  // 1, 2, 4, … beyond the start.
  probe_ = bad_ == start_ ? start_ + 1 : start_ + 2 * (bad_ - start_);
  if (log_end < 0 || probe_ < log_end) return {.probe = probe_, .resume = {}};
  // The end of the log can be read, though nothing is there yet.
  good_ = log_end > bad_ ? log_end : bad_ + 1;
  return Halve();
}

PoisonSearch::Step PoisonSearch::Halve() {
  if (good_ - bad_ > 1) {
    probe_ = bad_ + (good_ - bad_) / 2;
    return {.probe = probe_, .resume = {}};
  }
  searching_ = false;
  errors_ = 0;
  return {.probe = {}, .resume = good_};
}

}  // namespace faultline::ingest
