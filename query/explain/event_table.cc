#include "query/explain/event_table.h"

#include <array>
#include <bitset>
#include <span>
#include <string>
#include <utility>

#include "base/status_macros.h"
#include "query/failure_state.h"
#include "query/segment_scanner.h"
#include "query/value_column.h"

namespace faultline::query {
namespace {

constexpr uint32_t kUnset = UINT32_MAX - 1;  // no code that a table gives

// A segment's codes of one dimension as the table's, made when they first occur.
class CodeMap {
 public:
  CodeMap(std::vector<std::string> values, RateTable& table, size_t dimension)
      : values_(std::move(values)), codes_(values_.size(), kUnset), table_(table), dimension_(dimension) {}

  absl::StatusOr<uint32_t> Translate(uint32_t code) {
    if (code >= codes_.size()) return absl::DataLossError("a segment has a code that its dictionary lacks");
    if (codes_[code] == kUnset) {
      codes_[code] = values_[code].empty() ? kOtherValue : table_.CodeOf(dimension_, values_[code]);
    }
    return codes_[code];
  }

 private:
  std::vector<std::string> values_;
  std::vector<uint32_t> codes_;
  RateTable& table_;
  size_t dimension_;
};

class SegmentCounter {
 public:
  SegmentCounter(const store::Segment& segment, const DifferenceQuestion& question, const QueryControl& control,
                 EventTable& result)
      : segment_(segment), question_(question), control_(control), result_(result) {
    for (const FieldReference& field : question.dimensions) columns_ |= ColumnsOf(field);
    if (question.failures_only) columns_ |= store::kStateColumns;
  }

  absl::Status CountTarget() {
    return CountEvents(question_.filter, question_.range, [this](uint32_t ordinal, std::optional<size_t> row) {
      is_target_.set(ordinal);
      target_.push_back(ordinal);
      ++result_.target_events;
      if (row) result_.table.AddTarget(*row, 1, 1);
    });
  }

  absl::Status CountBaseline() {
    const auto add = [this](uint32_t ordinal, std::optional<size_t> row) {
      if (is_target_[ordinal]) return;
      baseline_.push_back(ordinal);
      ++result_.baseline_events;
      if (row) result_.table.AddTarget(*row, 0, 1);
    };
    return CountEvents(question_.rest_is_baseline ? Filter() : question_.baseline_filter, question_.baseline_range,
                       add);
  }

  const std::vector<uint32_t>& target() const { return target_; }
  const std::vector<uint32_t>& baseline() const { return baseline_; }

 private:
  template <typename Add>
  absl::Status CountEvents(const Filter& filter, const store::TimeRange& range, const Add& add) {
    if (!Overlaps(segment_, range)) return absl::OkStatus();
    ASSIGN_OR_RETURN(SegmentScanner scanner, SegmentScanner::Open(segment_, filter, columns_));
    if (!scanner.MayMatch()) return absl::OkStatus();
    RETURN_IF_ERROR(OpenMaps());
    for (uint32_t chunk = 0; chunk < scanner.chunk_count() && !result_.scan.budget_exceeded; ++chunk) {
      ASSIGN_OR_RETURN(const auto hits, scanner.ScanChunk(chunk, range, control_, result_.scan));
      RETURN_IF_ERROR(AddChunk(scanner.columns(), hits, add));
    }
    return absl::OkStatus();
  }

  // Dictionaries are read after the scanner has fixed how many events there are, or new codes would be missing.
  absl::Status OpenMaps() {
    maps_.clear();
    for (size_t i = 0; i < question_.dimensions.size(); ++i) {
      ASSIGN_OR_RETURN(std::vector<std::string> values, ValuesOf(question_.dimensions[i], segment_));
      maps_.emplace_back(std::move(values), result_.table, i);
    }
    return absl::OkStatus();
  }

  template <typename Add>
  absl::Status AddChunk(const store::Columns& columns, std::span<const uint32_t> hits, const Add& add) {
    kept_.clear();
    for (const uint32_t at : hits) {
      if (!question_.failures_only || IsFailure(columns, at)) kept_.push_back(at);
    }
    const size_t width = maps_.size();
    codes_.resize(kept_.size() * width);
    for (size_t d = 0; d < width; ++d) {
      absl::Status status;
      WithCodes(question_.dimensions[d], columns, [&](const auto& column) { status = TranslateColumn(column, d); });
      RETURN_IF_ERROR(status);
    }
    for (size_t i = 0; i < kept_.size(); ++i) {
      const std::optional<size_t> row = result_.table.RowOf({codes_.data() + i * width, width});
      if (!row) ++result_.left_out;
      add(columns.first_ordinal + kept_[i], row);
    }
    return absl::OkStatus();
  }

  template <typename Code>
  absl::Status TranslateColumn(const std::vector<Code>& column, size_t dimension) {
    const size_t width = maps_.size();
    CodeMap& map = maps_[dimension];
    for (size_t i = 0; i < kept_.size(); ++i) {
      ASSIGN_OR_RETURN(codes_[i * width + dimension], map.Translate(column[kept_[i]]));
    }
    return absl::OkStatus();
  }

  const store::Segment& segment_;
  const DifferenceQuestion& question_;
  const QueryControl& control_;
  EventTable& result_;
  uint32_t columns_ = 0;
  std::vector<CodeMap> maps_;  // by dimension
  std::bitset<store::kMaxSegmentEvents + 1> is_target_;
  std::vector<uint32_t> target_, baseline_;  // ordinals
  // Of a chunk.
  std::vector<uint32_t> kept_;
  std::vector<uint32_t> codes_;
};

}  // namespace

absl::StatusOr<EventTable> CountEventTable(const store::View& view, const DifferenceQuestion& question,
                                           const QueryControl& control, const VisitOrdinals& visit) {
  EventTable result(question.names);
  for (const auto& segment : view.segments) {
    RETURN_IF_ERROR(control.Check());
    if (!Overlaps(*segment, question.range) && !Overlaps(*segment, question.baseline_range)) continue;
    SegmentCounter counter(*segment, question, control, result);
    RETURN_IF_ERROR(counter.CountTarget());
    RETURN_IF_ERROR(counter.CountBaseline());
    if (visit && !(counter.target().empty() && counter.baseline().empty())) {
      RETURN_IF_ERROR(visit(*segment, counter.target(), counter.baseline()));
    }
    if (result.scan.budget_exceeded) break;
  }
  return result;
}

}  // namespace faultline::query
