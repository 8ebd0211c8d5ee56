#include "query/contradiction_values.h"

#include <algorithm>
#include <memory>
#include <tuple>

#include "base/status_macros.h"

namespace faultline::query {
namespace {

using store::Dimension;

constexpr double kNearlyAll = 0.9;
constexpr std::array kColumns = {Dimension::kEndpoint, Dimension::kRegion, Dimension::kAppVersion,
                                 Dimension::kServiceVersion};
constexpr size_t kVersionColumn = 2;

using Counts = std::array<ValueCounts, kContradictionDimensions.size()>;
using Values = std::array<std::string, kContradictionDimensions.size()>;

// Reads the values of events, one segment after the other.
class ValueReader {
 public:
  absl::Status Enter(const store::Segment& segment) {
    segment_ = &segment;
    columns_.size = 0;
    for (size_t i = 0; i < kColumns.size(); ++i) {
      ASSIGN_OR_RETURN(dictionaries_[i], segment.dictionary(kColumns[i]));
    }
    return absl::OkStatus();
  }

  absl::Status Read(uint32_t ordinal, Values& values) {
    if (ordinal < columns_.first_ordinal || ordinal - columns_.first_ordinal >= columns_.size) {
      uint32_t wanted = 0;
      for (const Dimension dimension : kColumns) wanted |= store::DimensionColumn(dimension);
      RETURN_IF_ERROR(segment_->ReadColumns(ordinal / store::kChunkEvents, wanted, columns_));
    }
    const uint32_t at = ordinal - columns_.first_ordinal;
    for (size_t i = 0; i <= kVersionColumn; ++i) values[i] = ValueAt(i, at);
    if (values[kVersionColumn].empty()) values[kVersionColumn] = ValueAt(kVersionColumn + 1, at);
    return absl::OkStatus();
  }

 private:
  std::string ValueAt(size_t column, uint32_t at) const {
    const uint16_t code = columns_.dimensions[static_cast<size_t>(kColumns[column])][at];
    return code < dictionaries_[column]->size() ? std::string((*dictionaries_[column])[code]) : std::string();
  }

  const store::Segment* segment_ = nullptr;
  std::array<std::shared_ptr<const store::Segment::Dictionary>, kColumns.size()> dictionaries_;
  store::Columns columns_;
};

Values ValuesOf(const store::AttemptsCell& cell) {
  const auto dimension = [&](Dimension d) { return cell.dimensions[static_cast<size_t>(d)]; };
  Values values = {cell.operation.empty() ? dimension(Dimension::kEndpoint) : cell.operation,
                   dimension(Dimension::kRegion), dimension(Dimension::kAppVersion)};
  if (values[kVersionColumn].empty()) values[kVersionColumn] = dimension(Dimension::kServiceVersion);
  return values;
}

}  // namespace

void ValueCount::Add(const PlacedUnit& unit) {
  ++failing_units;
  if (!unit.contradicted) return;
  ++units;
  const auto is_later = [](const PlacedUnit& a, const PlacedUnit& b) {
    return std::tie(a.time_us, a.sequence) > std::tie(b.time_us, b.sequence);
  };
  if (exemplars.size() == kExemplars && !is_later(unit, exemplars.back())) return;
  exemplars.insert(std::upper_bound(exemplars.begin(), exemplars.end(), unit, is_later), unit);
  if (exemplars.size() > kExemplars) exemplars.pop_back();
}

absl::StatusOr<Counts> CountByValue(const store::View& view, const std::vector<PlacedUnit>& units,
                                    const QueryControl& control) {
  Counts counts;
  ValueReader reader;
  Values values;
  auto unit = units.begin();
  for (const auto& segment : view.segments) {
    const uint64_t end = segment->base_sequence() + segment->size();
    unit = std::find_if(unit, units.end(), [&](const auto& u) { return u.sequence >= segment->base_sequence(); });
    if (unit == units.end()) break;
    if (unit->sequence >= end) continue;
    RETURN_IF_ERROR(control.Check());
    RETURN_IF_ERROR(reader.Enter(*segment));
    for (; unit != units.end() && unit->sequence < end; ++unit) {
      RETURN_IF_ERROR(reader.Read(static_cast<uint32_t>(unit->sequence - segment->base_sequence()), values));
      for (size_t i = 0; i < counts.size(); ++i) counts[i][values[i]].Add(*unit);
    }
  }
  return counts;
}

int64_t AddAttemptsByValue(const std::vector<store::AttemptsCell>& attempts, Counts& counts) {
  std::array<std::map<std::string, int64_t>, kContradictionDimensions.size()> by_value;
  int64_t all = 0;
  for (const store::AttemptsCell& cell : attempts) {
    all += cell.count;
    const Values values = ValuesOf(cell);
    for (size_t i = 0; i < values.size(); ++i) by_value[i][values[i]] += cell.count;
  }
  for (size_t i = 0; i < counts.size(); ++i) {
    if (static_cast<double>(all - by_value[i][""]) < kNearlyAll * static_cast<double>(all)) continue;
    for (auto& [value, count] : counts[i]) {
      const auto found = by_value[i].find(value);
      if (!value.empty() && found != by_value[i].end()) count.attempts = found->second;
    }
  }
  return all;
}

}  // namespace faultline::query
