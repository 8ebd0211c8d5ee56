#include "query/expectation.h"

#include <algorithm>

namespace faultline::query {

Expectation::Expectation(const CellTable& table) : table_(table), weights_(table.cells.size()) {}

void Expectation::Spread(const Margin& x) {
  for (const uint32_t number : spread_blocks_) {
    const Block& block = table_.blocks[number];
    std::fill(weights_.begin() + block.first_cell, weights_.begin() + block.end_cell, 0.0);
  }
  spread_blocks_.clear();
  for (size_t begin = 0; begin < x.cells.size();) {
    const uint32_t block = table_.cells[x.cells[begin]].block;
    size_t end = begin;
    while (end < x.cells.size() && table_.cells[x.cells[end]].block == block) ++end;
    SpreadOverBlock(block, x, begin, end);
    spread_blocks_.push_back(block);
    begin = end;
  }
}

void Expectation::SpreadOverBlock(uint32_t number, const Margin& x, size_t begin, size_t end) {
  const Block& block = table_.blocks[number];
  double all = 0, anywhere = 0;  // units; those whose region is not known
  for (size_t i = begin; i < end; ++i) {
    all += x.units[i];
    if (!table_.by_region || !table_.cells[x.cells[i]].located) anywhere += x.units[i];
  }
  for (uint32_t cell = block.first_cell; cell < block.end_cell; ++cell) {
    const bool located = table_.by_region && table_.cells[cell].located;
    weights_[cell] = (located ? anywhere : all) / block.tried;
  }
  if (!table_.by_region) return;
  for (size_t i = begin; i < end; ++i) {
    const uint32_t cell = x.cells[i];
    if (table_.cells[cell].located) weights_[cell] += x.units[i] / table_.cells[cell].tried;
  }
}

Expected Expectation::Of(const Margin& y) const {
  Expected expected;
  double in_crowded = 0;
  for (size_t i = 0; i < y.cells.size(); ++i) {
    const double here = weights_[y.cells[i]] * y.units[i];
    (here < kCrowdedCell ? expected.quiet : in_crowded) += here;
  }
  expected.all = expected.quiet + in_crowded;
  expected.crowded = in_crowded > 0;
  return expected;
}

bool Expectation::IsQuiet(const Margin& y, uint32_t cell) const {
  const auto found = std::lower_bound(y.cells.begin(), y.cells.end(), cell);
  if (found == y.cells.end() || *found != cell) return true;
  return weights_[cell] * y.units[static_cast<size_t>(found - y.cells.begin())] < kCrowdedCell;
}

}  // namespace faultline::query
