#include "query/explain/attempts_table.h"

#include <algorithm>
#include <array>
#include <span>
#include <string_view>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "query/failure_state.h"
#include "query/minute.h"
#include "query/segment_scanner.h"
#include "query/value_column.h"
#include "xxhash.h"

namespace faultline::query {
namespace {

using Kind = FieldReference::Kind;

constexpr double kStatedShare = 0.9, kFailuresStatedShare = 0.1;
// The most telling first.
constexpr std::array kUnitKinds = {store::IdKind::kMessage, store::IdKind::kRequest, store::IdKind::kTrace};

int64_t MinuteOf(int64_t time_us, bool round_up) {
  if (time_us == INT64_MIN) return INT64_MIN / kMinuteMicros;
  if (time_us == INT64_MAX) return INT64_MAX / kMinuteMicros;
  const int64_t floor = time_us / kMinuteMicros - (time_us % kMinuteMicros < 0 ? 1 : 0);
  return floor + (round_up && floor * kMinuteMicros != time_us ? 1 : 0);
}

absl::StatusOr<std::vector<store::AttemptsCell>> ReadCells(const store::Store& store, const store::TimeRange& range) {
  const int64_t first = MinuteOf(range.start_us, true), end = MinuteOf(range.end_us, false);
  if (first >= end) return std::vector<store::AttemptsCell>();
  return store.ReadAttempts(first, end);
}

// The dimensions of the question that attempts state.
std::vector<size_t> StatedDimensions(const DifferenceQuestion& question, std::span<const store::AttemptsCell> cells) {
  double all = 0;
  std::vector<double> stated(question.dimensions.size());
  for (const store::AttemptsCell& cell : cells) {
    all += static_cast<double>(cell.count);
    for (size_t i = 0; i < stated.size(); ++i) {
      const FieldReference& field = question.dimensions[i];
      if (field.kind != Kind::kDimension) continue;
      if (!cell.dimensions[static_cast<size_t>(field.dimension)].empty()) stated[i] += static_cast<double>(cell.count);
    }
  }
  std::vector<size_t> kept;
  for (size_t i = 0; i < stated.size(); ++i) {
    if (all > 0 && stated[i] >= kStatedShare * all) kept.push_back(i);
  }
  return kept;
}

// Of `candidates`, those that enough failures of the target state; all when nothing failed.
absl::StatusOr<std::vector<size_t>> StatedByFailures(const QueryContext& context, const DifferenceQuestion& question,
                                                     std::vector<size_t> candidates, ScanResult& scan) {
  std::vector<int64_t> stated(candidates.size());
  int64_t failures = 0;
  uint32_t columns = store::kStateColumns;
  for (const size_t i : candidates) columns |= ColumnsOf(question.dimensions[i]);
  const auto visit = [&](const store::Segment&, const store::Columns& chunk, std::span<const uint32_t> hits) {
    for (const uint32_t at : hits) {
      if (!IsFailure(chunk, at)) continue;
      ++failures;
      for (size_t i = 0; i < candidates.size(); ++i) {
        const auto d = static_cast<size_t>(question.dimensions[candidates[i]].dimension);
        if (chunk.dimensions[d][at] != 0) ++stated[i];  // 0 is the empty value
      }
    }
    return true;
  };
  RETURN_IF_ERROR(Scan(*context.view, question.range, question.filter, columns, false, context.control, visit, scan));
  std::vector<size_t> kept;
  for (size_t i = 0; i < candidates.size(); ++i) {
    if (static_cast<double>(stated[i]) >= kFailuresStatedShare * static_cast<double>(failures)) {
      kept.push_back(candidates[i]);
    }
  }
  return kept;
}

class Builder {
 public:
  Builder(const QueryContext& context, const DifferenceQuestion& question, AttemptsTable& result)
      : context_(context), question_(question), result_(result) {
    for (const FieldReference& field : question.dimensions) columns_ |= ColumnsOf(field);
  }

  // Adds the failures and attempts of one window.
  absl::Status AddWindow(std::span<const store::AttemptsCell> cells, const Filter& filter,
                         const store::TimeRange& range, bool is_target) {
    attempts_.clear();
    failures_.clear();
    units_.clear();
    left_out_.clear();
    for (const store::AttemptsCell& cell : cells) AddCell(cell);
    const store::TimeRange minutes = {MinuteOf(range.start_us, true) * kMinuteMicros,
                                      MinuteOf(range.end_us, false) * kMinuteMicros};
    for (const auto& segment : context_.view->segments) {
      if (!Overlaps(*segment, minutes)) continue;
      RETURN_IF_ERROR(AddFailures(*segment, filter, minutes));
    }
    result_.without_value += static_cast<int64_t>(left_out_.size());
    for (const auto& [row, attempts] : attempts_) {
      const auto failed = failures_.find(row);
      const double failures = failed == failures_.end() ? 0 : failed->second;
      is_target ? result_.table.AddTarget(row, failures, attempts) : result_.table.AddBaseline(row, failures, attempts);
    }
    for (const auto& [row, failures] : failures_) {
      if (!attempts_.contains(row)) result_.without_attempts += static_cast<int64_t>(failures);
    }
    return absl::OkStatus();
  }

 private:
  void AddCell(const store::AttemptsCell& cell) {
    std::vector<uint32_t> codes;
    for (size_t i = 0; i < question_.dimensions.size(); ++i) {
      const auto d = static_cast<size_t>(question_.dimensions[i].dimension);
      const std::string& value = cell.dimensions[d];
      codes.push_back(value.empty() ? kOtherValue : result_.table.CodeOf(i, value));
    }
    const std::optional<size_t> row = result_.table.RowOf(codes);
    if (row) attempts_[*row] += static_cast<double>(cell.count);
  }

  absl::Status AddFailures(const store::Segment& segment, const Filter& filter, const store::TimeRange& range) {
    ASSIGN_OR_RETURN(SegmentScanner scanner, SegmentScanner::Open(segment, filter, columns_ | store::kStateColumns));
    if (!scanner.MayMatch()) return absl::OkStatus();
    values_.clear();
    for (const FieldReference& field : question_.dimensions) {
      ASSIGN_OR_RETURN(values_.emplace_back(), ValuesOf(field, segment));
    }
    RETURN_IF_ERROR(FindUnits(segment));
    for (uint32_t chunk = 0; chunk < scanner.chunk_count() && !result_.scan.budget_exceeded; ++chunk) {
      ASSIGN_OR_RETURN(const auto hits, scanner.ScanChunk(chunk, range, context_.control, result_.scan));
      for (const uint32_t at : hits) RETURN_IF_ERROR(AddFailure(scanner.columns(), at));
    }
    return absl::OkStatus();
  }

  absl::Status FindUnits(const store::Segment& segment) {
    unit_of_.assign(store::kMaxSegmentEvents + 1, 0);
    for (const store::IdKind kind : kUnitKinds) {
      const auto visit = [&](std::string_view id, std::span<const uint16_t> ordinals) {
        const uint64_t hash = XXH3_64bits_withSeed(id.data(), id.size(), static_cast<uint64_t>(kind)) | 1;
        for (const uint16_t ordinal : ordinals) {
          if (unit_of_[ordinal] == 0) unit_of_[ordinal] = hash;
        }
      };
      RETURN_IF_ERROR(segment.ForEachId(kind, visit));
    }
    return absl::OkStatus();
  }

  absl::Status AddFailure(const store::Columns& columns, uint32_t at) {
    if (!IsFailure(columns, at)) return absl::OkStatus();
    const uint32_t ordinal = columns.first_ordinal + at;
    const uint64_t unit = unit_of_[ordinal] != 0 ? unit_of_[ordinal] : ++unnamed_ << 1;
    if (units_.contains(unit)) return absl::OkStatus();
    codes_.clear();
    for (size_t i = 0; i < values_.size(); ++i) {
      size_t code = 0;
      WithCodes(question_.dimensions[i], columns, [&](const auto& column) { code = column[at]; });
      if (code >= values_[i].size()) return absl::DataLossError("a segment has a code that its dictionary lacks");
      if (values_[i][code].empty()) {
        left_out_.insert(unit);  // unless another failure of it has the value
        return absl::OkStatus();
      }
      codes_.push_back(result_.table.CodeOf(i, values_[i][code]));
    }
    units_.insert(unit);
    left_out_.erase(unit);
    if (const std::optional<size_t> row = result_.table.RowOf(codes_)) failures_[*row] += 1;
    return absl::OkStatus();
  }

  const QueryContext& context_;
  const DifferenceQuestion& question_;
  AttemptsTable& result_;
  uint32_t columns_ = 0;
  uint64_t unnamed_ = 0;
  // Of a window.
  absl::flat_hash_map<size_t, double> attempts_, failures_;  // by row
  absl::flat_hash_set<uint64_t> units_, left_out_;
  // Of a segment.
  std::vector<std::vector<std::string>> values_;
  std::vector<uint64_t> unit_of_;  // by ordinal; 0 for none
  std::vector<uint32_t> codes_;
};

absl::Status NoAttempts(std::string_view window) {
  return absl::FailedPreconditionError(
      absl::StrCat("measure: there are no attempts records in the window of the ", std::string(window),
                   ", so no failure rates; compare events instead, or send attempts records"));
}

}  // namespace

absl::StatusOr<bool> HasAttempts(const QueryContext& context, const DifferenceQuestion& question) {
  ASSIGN_OR_RETURN(const auto target, ReadCells(context.store, question.range));
  if (target.empty() || question.rest_is_baseline) return !target.empty();
  ASSIGN_OR_RETURN(const auto baseline, ReadCells(context.store, question.baseline_range));
  return !baseline.empty();
}

absl::StatusOr<AttemptsTable> CountAttemptsTable(const QueryContext& context, const DifferenceQuestion& asked) {
  ASSIGN_OR_RETURN(const auto cells, ReadCells(context.store, asked.range));
  if (cells.empty()) return NoAttempts("target");
  DifferenceQuestion question = asked;
  question.dimensions.clear();
  question.names.clear();
  ScanResult scan;
  ASSIGN_OR_RETURN(const auto stated, StatedByFailures(context, asked, StatedDimensions(asked, cells), scan));
  for (const size_t i : stated) {
    question.dimensions.push_back(asked.dimensions[i]);
    question.names.push_back(asked.names[i]);
  }
  if (question.dimensions.empty()) {
    return absl::FailedPreconditionError(
        "dimensions: attempts records and failures of this window have none of them in common, so there are no rates "
        "to "
        "compare");
  }
  AttemptsTable result(question.names);
  Builder builder(context, question, result);
  RETURN_IF_ERROR(builder.AddWindow(cells, question.filter, question.range, true));
  if (question.rest_is_baseline) return result;
  ASSIGN_OR_RETURN(const auto before, ReadCells(context.store, question.baseline_range));
  if (before.empty()) return NoAttempts("baseline");
  RETURN_IF_ERROR(builder.AddWindow(before, question.baseline_filter, question.baseline_range, false));
  return result;
}

}  // namespace faultline::query
