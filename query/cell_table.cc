#include "query/cell_table.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <unordered_map>
#include <utility>

namespace faultline::query {
namespace {

// Of all attempts, those that say their region; and of all units, those in
// cells with attempts.
constexpr double kNearlyAll = 0.9;
constexpr int64_t kWidths[] = {1, 2, 5, 10, 20, 60, 120, 360, 1440};  // minutes

int64_t FloorDivide(int64_t a, int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }

struct Tried {
  std::unordered_map<uint64_t, double> by_stratum;  // packed minute and region
  std::unordered_map<int64_t, double> by_minute;
  double all = 0, located = 0;
};

uint64_t Pack(int64_t minute, uint16_t region) { return static_cast<uint64_t>(minute) << 16 | region; }

Tried SumAttempts(std::span<const store::AttemptsCell> attempts, std::span<const std::string> regions) {
  std::unordered_map<std::string_view, uint16_t> codes;
  for (size_t code = 1; code < regions.size(); ++code) codes.emplace(regions[code], static_cast<uint16_t>(code));
  Tried tried;
  for (const store::AttemptsCell& cell : attempts) {
    const std::string& region = cell.dimensions[static_cast<size_t>(store::Dimension::kRegion)];
    const auto count = static_cast<double>(cell.count);
    tried.all += count;
    tried.by_minute[cell.minute] += count;
    if (region.empty()) continue;
    tried.located += count;
    const auto code = codes.find(region);
    if (code != codes.end()) tried.by_stratum[Pack(cell.minute, code->second)] += count;
  }
  return tried;
}

// Minutes to a block when only the units seen tell how many were tried.
int64_t ChooseWidth(std::span<const Stratum> strata, const MinuteRange& minutes) {
  const double units = std::accumulate(strata.begin(), strata.end(), 0.0, [&](double sum, const Stratum& stratum) {
    return sum + (minutes.Contains(stratum.minute) ? stratum.units : 0);
  });
  std::vector<uint64_t> keys;
  for (const int64_t width : kWidths) {
    keys.clear();
    for (const Stratum& stratum : strata) {
      if (stratum.units > 0 && minutes.Contains(stratum.minute))
        keys.push_back(Pack(FloorDivide(stratum.minute, width), stratum.region));
    }
    std::sort(keys.begin(), keys.end());
    const auto cells = std::unique(keys.begin(), keys.end()) - keys.begin();
    if (units >= kMinUnitsPerCell * static_cast<double>(cells)) return width;
  }
  return kWidths[std::size(kWidths) - 1];
}

class Builder {
 public:
  Builder(std::span<const Stratum> strata, std::span<const std::string> regions, const Tried& tried,
          const MinuteRange& minutes)
      : strata_(strata), regions_(regions), tried_(tried), minutes_(minutes) {}

  CellTable Build() && {
    table_.by_region = tried_.all == 0 || tried_.located >= kNearlyAll * tried_.all;
    width_ = tried_.all == 0 ? ChooseWidth(strata_, minutes_) : 1;
    for (const uint32_t stratum : Sorted()) Place(stratum);
    CloseBlock();
    table_.minutes = width_;
    Finish();
    return std::move(table_);
  }

 private:
  // What is outside of the minutes is not told apart.
  bool IsOutside(const Stratum& stratum) const { return !minutes_.Contains(stratum.minute); }
  int64_t BlockKey(const Stratum& stratum) const {
    if (IsOutside(stratum)) return stratum.minute < minutes_.first ? INT64_MIN : INT64_MAX;
    return FloorDivide(stratum.minute, width_);
  }
  uint16_t Region(const Stratum& stratum) const { return IsOutside(stratum) ? 0 : stratum.region; }

  std::vector<uint32_t> Sorted() const {
    std::vector<uint32_t> names(regions_.size()), rank(regions_.size());
    std::iota(names.begin(), names.end(), 0u);
    std::sort(names.begin(), names.end(), [this](uint32_t a, uint32_t b) { return regions_[a] < regions_[b]; });
    for (uint32_t i = 0; i < names.size(); ++i) rank[names[i]] = i;
    std::vector<uint32_t> order(strata_.size());
    std::iota(order.begin(), order.end(), 0u);
    std::sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) {
      const Stratum &x = strata_[a], &y = strata_[b];
      return std::pair(BlockKey(x), rank[Region(x)]) < std::pair(BlockKey(y), rank[Region(y)]);
    });
    return order;
  }

  void Place(uint32_t number) {
    const Stratum& stratum = strata_[number];
    const int64_t key = BlockKey(stratum);
    const bool new_block = table_.blocks.empty() || key != block_key_;
    if (new_block) {
      CloseBlock();
      block_key_ = key;
      table_.blocks.push_back({static_cast<uint32_t>(table_.cells.size()), 0, 0});
      if (width_ == 1 && !IsOutside(stratum)) block_attempts_ = Find(tried_.by_minute, stratum.minute);
    }
    if (new_block || Region(stratum) != region_) {
      region_ = Region(stratum);
      table_.cells.push_back({static_cast<uint32_t>(table_.blocks.size() - 1), region_ != 0, 0});
      units_.push_back(0);
      outside_.push_back(IsOutside(stratum));
      attempts_.push_back(IsOutside(stratum) ? 0 : Find(tried_.by_stratum, Pack(stratum.minute, region_)));
    }
    units_.back() += stratum.units;
    if (table_.cell_of_stratum.empty()) table_.cell_of_stratum.resize(strata_.size());
    table_.cell_of_stratum[number] = static_cast<uint32_t>(table_.cells.size() - 1);
  }

  template <typename Key>
  static double Find(const std::unordered_map<Key, double>& map, Key key) {
    const auto found = map.find(key);
    return found == map.end() ? 0 : found->second;
  }

  void CloseBlock() {
    if (table_.blocks.empty()) return;
    Block& block = table_.blocks.back();
    block.end_cell = static_cast<uint32_t>(table_.cells.size());
    double units = 0;
    for (uint32_t cell = block.first_cell; cell < block.end_cell; ++cell) units += units_[cell];
    block.tried = std::max({1.0, units, block_attempts_});
    block_known_.push_back(block_attempts_ >= units);
    block_attempts_ = 0;
  }

  void Finish() {
    double known = 0, all = 0;
    for (size_t i = 0; i < table_.cells.size(); ++i) {
      Cell& cell = table_.cells[i];
      cell.tried = std::max({1.0, units_[i], attempts_[i]});
      if (outside_[i]) continue;
      const bool by_cell = table_.by_region && cell.located;
      all += units_[i];
      if (by_cell ? attempts_[i] >= units_[i] : block_known_[cell.block] != 0) known += units_[i];
    }
    table_.attempts_known = tried_.all > 0 && all > 0 && known >= kNearlyAll * all;
  }

  const std::span<const Stratum> strata_;
  const std::span<const std::string> regions_;
  const Tried& tried_;
  const MinuteRange minutes_;
  int64_t width_ = 1;
  CellTable table_;
  int64_t block_key_ = 0;
  uint16_t region_ = 0;
  double block_attempts_ = 0;
  std::vector<double> units_, attempts_;  // by cell
  std::vector<bool> outside_;             // by cell
  std::vector<uint8_t> block_known_;
};

}  // namespace

CellTable MakeCellTable(std::span<const Stratum> strata, std::span<const std::string> regions,
                        std::span<const store::AttemptsCell> attempts, const MinuteRange& minutes) {
  const Tried tried = SumAttempts(attempts, regions);
  return Builder(strata, regions, tried, minutes).Build();
}

}  // namespace faultline::query
