// One pass over the rows sums each cell of a cuboid (the values of some dimensions).
// From the sums alone follows the gain, exactly where all rows expect the same rate, and
// nearly otherwise; the best cells by that are then computed row by row. As
// (1 - r - d (1 - r)) / (1 - r) = 1 - d, only rows with failures need a logarithm.
#include "query/explain/combination_search.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "base/status_macros.h"
#include "query/explain/search_rows.h"

namespace faultline::query {
namespace {

constexpr size_t kDenseCells = 1u << 20;
// Cells of a cuboid that are computed row by row.
constexpr size_t kExactCells = 3 * kCandidatesPerCuboid;
constexpr double kMostAdded = 1 - 1e-9;
// A value combines, in a search that is pruned, when its gain alone is at least this: p < 0.015.
constexpr double kStandsOut = 3;
constexpr uint32_t kNone = UINT32_MAX;

struct Cell : RowSums {
  uint64_t key = 0;

  // The d that fits the weighted sums; 0 when no more failed than expected.
  double AddedRate() const {
    if (failures <= expected || weighted_failures <= weighted_expected) return 0;
    return std::min(kMostAdded, (weighted_failures - weighted_expected) / (weighted_attempts - weighted_expected));
  }
  double Gain(double rate) const {
    const double added = AddedRate();
    if (added <= 0) return 0;
    return weighted_failures * std::log1p(added * (1 - rate) / rate) +
           (weighted_attempts - weighted_failures) * std::log1p(-added);
  }
};

class Search {
 public:
  Search(const RateTable& table, const ExpectedRates& expected, const QueryControl& control)
      : table_(table),
        expected_(expected),
        control_(control),
        rows_(table, expected),
        stands_out_(table.dimension_count()) {}

  absl::StatusOr<SearchResult> Run(size_t max_length) {
    const size_t n = table_.dimension_count();
    size_t cuboids = 0;
    if (max_length >= 2) cuboids += n * (n - 1) / 2;
    if (max_length >= 3 && n >= 3) cuboids += n * (n - 1) * (n - 2) / 6;
    result_.pruned = rows_.size() * cuboids > kFullSearchVisits;
    for (uint32_t a = 0; a < n; ++a) RETURN_IF_ERROR(Look({1, {a}, {}}));
    if (max_length >= 2 && result_.pruned) rows_.KeepStandingOut(stands_out_);
    for (uint32_t a = 0; max_length >= 2 && a < n; ++a) {
      for (uint32_t b = a + 1; b < n; ++b) RETURN_IF_ERROR(Look({2, {a, b}, {}}));
    }
    for (uint32_t a = 0; max_length >= 3 && a < n; ++a) {
      for (uint32_t b = a + 1; b < n; ++b) {
        for (uint32_t c = b + 1; c < n; ++c) RETURN_IF_ERROR(Look({3, {a, b, c}, {}}));
      }
    }
    return std::move(result_);
  }

 private:
  // Adds the best combinations of the dimensions of `cuboid`, whose codes are not set.
  absl::Status Look(const Combination& cuboid) {
    RETURN_IF_ERROR(control_.Check());
    visits_ += rows_.size();
    if (visits_ > kMaxSearchVisits) {
      result_.cut_short = true;
      return absl::OkStatus();
    }
    cells_.clear();
    if (!Prepare(cuboid)) return absl::OkStatus();
    ForEachCounting(cuboid, [&](size_t row) { CellOf(KeyOf(cuboid, row))->Add(rows_.sums(row)); });
    result_.tests += cells_.size();
    if (cuboid.length == 1) MarkStandingOut(cuboid.dimensions[0]);
    KeepBest(cuboid);
    for (const Cell& cell : cells_) {
      if (dense_) index_[cell.key] = kNone;
    }
    return absl::OkStatus();
  }

  // Chooses how cells are found. False when there can be none.
  bool Prepare(const Combination& cuboid) {
    size_t cells = 1;
    for (uint32_t i = 0; i < cuboid.length; ++i) {
      const size_t values = table_.value_count(cuboid.dimensions[i]);
      if (values == 0) return false;
      strides_[i] = cells;
      cells *= values;  // at most kMaxExplainValues^3, below 2^47
    }
    dense_ = cells <= kDenseCells;
    if (dense_ && index_.size() < cells) index_.resize(cells, kNone);
    if (!dense_) sparse_.clear();
    return true;
  }

  Cell* CellOf(uint64_t key) {
    uint32_t& index = dense_ ? index_[key] : sparse_.try_emplace(key, kNone).first->second;
    if (index == kNone) {
      index = static_cast<uint32_t>(cells_.size());
      cells_.emplace_back().key = key;
    }
    return &cells_[index];
  }

  // Only of rows whose values of all the cuboid's dimensions count.
  uint64_t KeyOf(const Combination& cuboid, size_t row) const {
    uint64_t key = 0;
    for (uint32_t i = 0; i < cuboid.length; ++i) key += strides_[i] * rows_.code(row, cuboid.dimensions[i]);
    return key;
  }

  template <typename Visit>
  void ForEachCounting(const Combination& cuboid, Visit visit) const {
    uint64_t wanted = 0;
    for (uint32_t i = 0; i < cuboid.length; ++i) wanted |= uint64_t{1} << cuboid.dimensions[i];
    for (size_t row = 0; row < rows_.size(); ++row) {
      if ((rows_.counting(row) & wanted) == wanted) visit(row);
    }
  }

  void MarkStandingOut(uint32_t dimension) {
    std::vector<uint8_t>& marks = stands_out_[dimension];
    marks.assign(table_.value_count(dimension), 0);
    for (const Cell& cell : cells_) marks[cell.key] = GainOf(cell) >= kStandsOut ? 1 : 0;
  }

  double GainOf(const Cell& cell) const {
    return cell.Gain(expected_.uniform ? expected_.overall : cell.weighted_expected / cell.weighted_attempts);
  }

  void KeepBest(const Combination& cuboid) {
    std::vector<std::pair<double, uint32_t>> best;  // gain, index of the cell
    for (uint32_t i = 0; i < cells_.size(); ++i) {
      const double gain = GainOf(cells_[i]);
      if (gain > 0) best.emplace_back(gain, i);
    }
    const auto larger = [](const auto& a, const auto& b) {
      return a.first != b.first ? a.first > b.first : a.second < b.second;
    };
    const size_t exact = std::min(best.size(), kExactCells);
    std::partial_sort(best.begin(), best.begin() + static_cast<std::ptrdiff_t>(exact), best.end(), larger);
    best.resize(exact);
    if (!expected_.uniform) {
      SumByRow(cuboid, best);
      std::sort(best.begin(), best.end(), larger);
    }
    if (best.size() > kCandidatesPerCuboid) best.resize(kCandidatesPerCuboid);
    for (const auto& [gain, index] : best) {
      if (gain > 0) result_.candidates.push_back(CandidateOf(cuboid, cells_[index], gain));
    }
  }

  // Puts the exact gains of the cells in place of the near ones.
  void SumByRow(const Combination& cuboid, std::vector<std::pair<double, uint32_t>>& best) {
    slot_of_.assign(cells_.size(), kNone);
    std::vector<double> added(best.size());
    for (uint32_t i = 0; i < best.size(); ++i) {
      const Cell& cell = cells_[best[i].second];
      slot_of_[best[i].second] = i;
      added[i] = cell.AddedRate();
      best[i].first = (cell.weighted_attempts - cell.weighted_failures) * std::log1p(-added[i]);
    }
    ForEachCounting(cuboid, [&](size_t row) {
      const double weighted = rows_.sums(row).weighted_failures;
      if (weighted <= 0) return;
      const uint64_t key = KeyOf(cuboid, row);
      const uint32_t slot = slot_of_[dense_ ? index_[key] : sparse_.at(key)];
      if (slot == kNone) return;
      const double rate = expected_.rate[rows_.table_row(row)];
      best[slot].first += weighted * std::log1p(added[slot] * (1 - rate) / rate);
    });
  }

  Candidate CandidateOf(const Combination& cuboid, const Cell& cell, double gain) const {
    Candidate candidate;
    candidate.combination = cuboid;
    uint64_t key = cell.key;
    for (uint32_t i = 0; i < cuboid.length; ++i) {
      const size_t values = table_.value_count(cuboid.dimensions[i]);
      candidate.combination.codes[i] = static_cast<uint32_t>(key % values);
      key /= values;
    }
    candidate.failures = cell.failures;
    candidate.attempts = cell.attempts;
    candidate.expected = cell.expected;
    candidate.gain = gain;
    candidate.added_rate = cell.AddedRate();
    candidate.rows = cell.rows;
    candidate.cover = cell.cover;
    return candidate;
  }

  const RateTable& table_;
  const ExpectedRates& expected_;
  const QueryControl& control_;
  SearchResult result_;
  SearchRows rows_;
  std::vector<std::vector<uint8_t>> stands_out_;  // by dimension and code
  size_t visits_ = 0;
  // Of the cuboid that is being looked at.
  std::array<uint64_t, kMaxCombinationLength> strides_{};
  bool dense_ = true;
  std::vector<uint32_t> index_;                     // key -> cell, all kNone between cuboids
  absl::flat_hash_map<uint64_t, uint32_t> sparse_;  // the same where there would be too many keys
  std::vector<Cell> cells_;
  std::vector<uint32_t> slot_of_;  // cell -> one of the best
};

}  // namespace

bool Contains(const Combination& outer, const Combination& inner) {
  uint32_t found = 0;
  for (uint32_t i = 0; i < outer.length && found < inner.length; ++i) {
    if (outer.dimensions[i] == inner.dimensions[found] && outer.codes[i] == inner.codes[found]) ++found;
  }
  return found == inner.length;
}

absl::StatusOr<SearchResult> SearchCombinations(const RateTable& table, const ExpectedRates& expected,
                                                size_t max_length, const QueryControl& control) {
  return Search(table, expected, control).Run(max_length);
}

}  // namespace faultline::query
