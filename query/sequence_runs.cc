#include "query/sequence_runs.h"

#include <algorithm>
#include <iterator>

namespace faultline::query {

void SequenceRuns::Add(uint64_t sequence) {
  const uint32_t event = size_++;
  if (runs_.empty() || sequence - runs_.back().first_sequence != event - runs_.back().first_event) {
    runs_.push_back({sequence, event});
  }
}

uint64_t SequenceRuns::SequenceOf(uint32_t event) const {
  const auto after = std::upper_bound(runs_.begin(), runs_.end(), event,
                                      [](uint32_t e, const Run& run) { return e < run.first_event; });
  const Run& run = *std::prev(after);
  return run.first_sequence + (event - run.first_event);
}

std::optional<uint32_t> SequenceRuns::EventAt(uint64_t sequence) const {
  const auto after = std::upper_bound(by_sequence_.begin(), by_sequence_.end(), sequence,
                                      [this](uint64_t s, uint32_t run) { return s < runs_[run].first_sequence; });
  if (after == by_sequence_.begin()) return std::nullopt;
  const uint32_t run = *std::prev(after);
  const uint64_t event = runs_[run].first_event + (sequence - runs_[run].first_sequence);
  if (event >= EndOf(run)) return std::nullopt;
  return static_cast<uint32_t>(event);
}

// Mostly they come in order.
void SequenceRuns::Sort() {
  const auto in_order = [this](uint32_t a, uint32_t b) { return runs_[a].first_sequence < runs_[b].first_sequence; };
  const auto sorted = by_sequence_.size();
  for (auto run = static_cast<uint32_t>(sorted); run < runs_.size(); ++run) by_sequence_.push_back(run);
  const auto last_sorted = by_sequence_.begin() + static_cast<std::ptrdiff_t>(sorted == 0 ? 0 : sorted - 1);
  if (std::is_sorted(last_sorted, by_sequence_.end(), in_order)) return;
  std::sort(by_sequence_.begin(), by_sequence_.end(), in_order);
}

}  // namespace faultline::query
