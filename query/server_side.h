// What a question about the pairs of a window needs of its servers, kept for the next
// question: those of somebody who looks around mostly differ in the client filter
// alone, and the servers cost more than everything else.
//
// Not thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "query/cell_table.h"
#include "query/failure_selection.h"
#include "query/pair_table.h"
#include "query/unit_tally.h"

namespace faultline::query {

// Tallies of signatures, counted when first asked for.
class KeptTallies {
 public:
  // Null when it was not kept.
  const SignatureTally* Find(uint32_t signature) const {
    const bool known = signature < tallies_.size() && tallies_[signature].lines > 0;
    return known ? &tallies_[signature] : nullptr;
  }
  // Nothing once kMaxCells are held, about 8 bytes each.
  void Keep(const SignatureTally& tally) {
    if (cells_ + tally.margin->cells.size() > kMaxCells) return;
    cells_ += tally.margin->cells.size();
    if (tally.signature >= tallies_.size()) tallies_.resize(tally.signature + size_t{1});
    tallies_[tally.signature] = tally;
  }

 private:
  static constexpr size_t kMaxCells = 4'000'000;
  std::vector<SignatureTally> tallies_;  // by signature
  size_t cells_ = 0;
};

struct ServerSide {
  struct Key {
    uint64_t graph_version = 0;  // of a graph that did not change since
    int64_t start_us = 0, end_us = 0;
    uint64_t attempts_version = 0;
    bool operator==(const Key&) const = default;
  };
  Key key;
  MinuteRange minutes;
  CellTable cells;
  FailureSelection failures;
  KeptTallies tallies;
  std::optional<SideTotals> totals;
};

}  // namespace faultline::query
