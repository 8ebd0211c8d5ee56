// Restrictions on what columns hold: one table lookup for each event. The table
// is made once for a segment, from its dictionary.
#include <algorithm>
#include <string>
#include <utility>

#include "base/status_macros.h"
#include "query/bound_leaf.h"
#include "query/natural_order.h"

namespace faultline::query {
namespace {

using Kind = FilterField::Kind;

class ColumnLeaf : public BoundLeaf {
 public:
  ColumnLeaf(const FilterField& field, std::vector<Truth> table) : field_(field), table_(std::move(table)) {
    const auto differs = [this](Truth truth) { return truth != table_.front(); };
    if (std::none_of(table_.begin(), table_.end(), differs)) of_segment_ = table_.front();
  }

  LeafCost cost() const override { return LeafCost::kColumns; }

  uint32_t columns() const override {
    if (field_.kind == Kind::kDimension) return store::DimensionColumn(field_.dimension);
    return field_.kind == Kind::kSignature ? store::kSignatureColumn : store::kStateColumns;
  }

  // A dictionary that is still growing may get a value that fits, but only for
  // events younger than this filter, which it need not find.
  Truth OfSegment() const override { return of_segment_; }

  absl::Status Evaluate(uint32_t, const store::Columns& columns, const std::vector<uint8_t>&,
                        std::vector<Truth>& truth) override {
    switch (field_.kind) {
      case Kind::kDimension:
        Look(columns.dimensions[static_cast<size_t>(field_.dimension)], truth);
        break;
      case Kind::kSignature:
        Look(columns.signature, truth);
        break;
      case Kind::kSide:
        Look(columns.side, truth);
        break;
      case Kind::kSeverity:
        Look(columns.severity, truth);
        break;
      case Kind::kOutcome:
        Look(columns.outcome, truth);
        break;
      default:
        LookFlags(columns.flags, truth);
        break;
    }
    return absl::OkStatus();
  }

 private:
  // Codes beyond the table belong to events younger than this filter.
  template <typename Code>
  void Look(const std::vector<Code>& codes, std::vector<Truth>& truth) const {
    for (size_t i = 0; i < truth.size(); ++i) truth[i] = codes[i] < table_.size() ? table_[codes[i]] : kNo;
  }
  // For notices the table is indexed by the number of the bit.
  void LookFlags(const std::vector<uint16_t>& flags, std::vector<Truth>& truth) const {
    uint16_t mask = 0;
    for (size_t bit = 0; bit < table_.size(); ++bit) mask |= static_cast<uint16_t>((table_[bit] == kYes) << bit);
    for (size_t i = 0; i < truth.size(); ++i) truth[i] = (flags[i] & mask) != 0 ? kYes : kNo;
  }

  const FilterField field_;
  const std::vector<Truth> table_;
  Truth of_segment_ = kOpen;
};

bool NumberFits(const Restriction& restriction, int number) {
  switch (restriction.comparator) {
    case Comparator::kLess:
      return number < restriction.number;
    case Comparator::kLessOrEqual:
      return number <= restriction.number;
    case Comparator::kGreater:
      return number > restriction.number;
    case Comparator::kGreaterOrEqual:
      return number >= restriction.number;
    default:
      return number == restriction.number;
  }
}

std::vector<Truth> NumberTable(const Restriction& restriction) {
  constexpr size_t kFlagBits = 16;
  std::vector<Truth> table(restriction.field.kind == Kind::kNotice ? kFlagBits : 256, kNo);
  for (size_t i = 0; i < table.size(); ++i) {
    // Severity 0 is "not stated" and has no place in the order.
    if (restriction.field.kind == Kind::kSeverity && i == 0) continue;
    if (NumberFits(restriction, static_cast<int>(i))) table[i] = kYes;
  }
  return table;
}

}  // namespace

bool ValueFits(const Restriction& restriction, std::string_view value) {
  if (restriction.comparator == Comparator::kEqual || restriction.comparator == Comparator::kHas) {
    return restriction.pattern.Matches(value);
  }
  const std::string_view limit = restriction.pattern.exact_text();
  if (!IsComparable(value, limit)) return false;
  const int order = CompareNatural(value, limit);
  switch (restriction.comparator) {
    case Comparator::kLess:
      return order < 0;
    case Comparator::kLessOrEqual:
      return order <= 0;
    case Comparator::kGreater:
      return order > 0;
    default:
      return order >= 0;
  }
}

absl::StatusOr<std::unique_ptr<BoundLeaf>> BindColumnLeaf(const Restriction& restriction,
                                                          const store::Segment& segment) {
  std::vector<Truth> table;
  if (restriction.field.kind == Kind::kDimension) {
    ASSIGN_OR_RETURN(const auto dictionary, segment.dictionary(restriction.field.dimension));
    for (const std::string_view value : *dictionary) table.push_back(ValueFits(restriction, value) ? kYes : kNo);
  } else if (restriction.field.kind == Kind::kSignature) {
    ASSIGN_OR_RETURN(const auto signatures, segment.signatures());
    for (const uint64_t signature : *signatures) {
      const std::string text = signature == 0 ? "" : store::FormatSignature(signature);
      table.push_back(restriction.pattern.Matches(text) ? kYes : kNo);
    }
    // Whoever asks for what a signature was before somebody decided means it still.
    ASSIGN_OR_RETURN(const auto former, segment.former_signatures());
    for (const store::FormerSignature& one : former) {
      if (restriction.pattern.Matches(store::FormatSignature(one.signature))) table[one.code] = kYes;
    }
  } else {
    table = NumberTable(restriction);
  }
  if (table.empty()) table.push_back(kNo);
  return std::make_unique<ColumnLeaf>(restriction.field, std::move(table));
}

}  // namespace faultline::query
