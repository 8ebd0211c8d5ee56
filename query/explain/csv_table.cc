#include "query/explain/csv_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <utility>

#include "base/arena.h"
#include "base/status_macros.h"
#include "base/text.h"
#include "query/explain/csv_columns.h"
#include "query/explain/csv_reader.h"

namespace faultline::query {
namespace {

// What each column is for.
struct Layout {
  std::vector<std::string> names;  // safe to show
  size_t value = 0, count = 0;
  std::optional<size_t> time;
  std::vector<size_t> dimensions;  // columns
};

absl::StatusOr<Layout> MakeLayout(const std::vector<std::string_view>& header, const CsvTableOptions& options) {
  Layout layout;
  ASSIGN_OR_RETURN(layout.names, ReadCsvHeader(header));
  ASSIGN_OR_RETURN(layout.value, FindCsvColumn("value", options.value_column, layout.names));
  ASSIGN_OR_RETURN(layout.count, FindCsvColumn("count", options.count_column, layout.names));
  if (!options.time_column.empty()) {
    ASSIGN_OR_RETURN(layout.time, FindCsvColumn("time", options.time_column, layout.names));
  }
  if (layout.value == layout.count || layout.time == layout.value || layout.time == layout.count) {
    return absl::InvalidArgumentError("value, count and time must be different columns");
  }
  for (size_t i = 0; i < header.size(); ++i) {
    if (i != layout.value && i != layout.count && i != layout.time) layout.dimensions.push_back(i);
  }
  if (layout.dimensions.empty()) {
    return absl::InvalidArgumentError("the table has no column besides these, so there is nothing to explain by");
  }
  if (layout.dimensions.size() > kMaxExplainDimensions) {
    return absl::InvalidArgumentError(
        fmt::format("the table has {} dimensions, at most {} are searched; leave columns out", layout.dimensions.size(),
                    kMaxExplainDimensions));
  }
  return layout;
}

std::vector<std::string> DimensionNames(const Layout& layout) {
  std::vector<std::string> names;
  for (const size_t column : layout.dimensions) names.push_back(layout.names[column]);
  return names;
}

class Builder {
 public:
  Builder(Layout layout, const CsvTableOptions& options)
      : layout_(std::move(layout)),
        at_(TrimCsvText(options.at)),
        at_number_(ParseCsvNumber(at_)),
        result_{RateTable(DimensionNames(layout_)), false, 0, 0, 0, {}},
        codes_(layout_.dimensions.size()) {}

  absl::Status Add(const CsvReader& reader) {
    const std::vector<std::string_view>& fields = reader.fields();
    RETURN_IF_ERROR(CheckCsvWidth(reader, layout_.names));
    ASSIGN_OR_RETURN(const double failures, Number(reader, layout_.value));
    ASSIGN_OR_RETURN(const double attempts, Number(reader, layout_.count));
    ASSIGN_OR_RETURN(const int order, Order(reader));
    if (order > 0) {
      ++result_.other_rows;
      return absl::OkStatus();
    }
    for (size_t i = 0; i < codes_.size(); ++i) codes_[i] = CodeOf(i, fields[layout_.dimensions[i]]);
    const std::optional<size_t> row = result_.table.RowOf(codes_);
    if (!row) return TooManyRows();
    if (order == 0) {
      ++result_.target_rows;
      if (attempts == 0 && failures == 0) ++without_attempts_;
      result_.table.AddTarget(*row, failures, attempts);
    } else {
      ++result_.baseline_rows;
      result_.table.AddBaseline(*row, failures, attempts);
    }
    return absl::OkStatus();
  }

  absl::StatusOr<CsvTable> Finish() && {
    if (result_.target_rows == 0) return NoTarget();
    result_.has_baseline = result_.baseline_rows > 0;
    if (layout_.time && !result_.has_baseline) {
      result_.notes.push_back(fmt::format(
          "no row is earlier than {}, so combinations are compared with the rest of that time", TerminalLine(at_)));
    }
    if (result_.table.overfull() > 0) {
      result_.notes.push_back(fmt::format("{} rows have more failures than attempts and are taken as all failed",
                                          result_.table.overfull()));
    }
    if (without_attempts_ > 0) {
      result_.notes.push_back(fmt::format("{} rows have no attempts and say nothing", without_attempts_));
    }
    for (size_t i = 0; i < codes_.size(); ++i) {
      if (!result_.table.has_other(i)) continue;
      result_.notes.push_back(fmt::format("{} has more than {} values; the later ones are not looked at",
                                          result_.table.dimensions()[i], kMaxExplainValues));
    }
    return std::move(result_);
  }

 private:
  std::string Where(const CsvReader& reader, size_t column) const {
    return fmt::format("line {}, column {} ({})", reader.line(), column + 1, layout_.names[column]);
  }

  absl::StatusOr<double> Number(const CsvReader& reader, size_t column) const {
    return ReadCsvCount(reader, layout_.names, column, "failures and attempts");
  }

  // Below 0 before the moment asked for, 0 at it, above 0 behind it.
  absl::StatusOr<int> Order(const CsvReader& reader) {
    if (!layout_.time) return 0;
    const std::string_view text = TrimCsvText(reader.fields()[*layout_.time]);
    if (!at_number_) {
      Seen(text, 0);
      return text.compare(at_);
    }
    const std::optional<double> time = ParseCsvNumber(text);
    if (!time) {
      return absl::InvalidArgumentError(fmt::format("{}: \"{}\" is no number, as the time asked for is",
                                                    Where(reader, *layout_.time), TerminalLine(CutUtf8(text, 40))));
    }
    Seen(text, *time);
    return *time < *at_number_ ? -1 : *time > *at_number_ ? 1 : 0;
  }

  // Remembers the first and the last time, for a message.
  void Seen(std::string_view text, double number) {
    const auto earlier = [this](std::string_view a, double x, const std::string& b, double y) {
      return at_number_ ? x < y : a < b;
    };
    if (!seen_ || earlier(text, number, first_, first_number_)) first_ = text, first_number_ = number;
    if (!seen_ || (at_number_ ? number > last_number_ : text > last_)) last_ = text, last_number_ = number;
    seen_ = true;
  }

  // Values repeat from row to row, and to make one safe costs more than to find it.
  uint32_t CodeOf(size_t dimension, std::string_view text) {
    text = TrimCsvText(text);
    arena_.Reset();
    return result_.table.CodeOf(dimension, CutUtf8(SanitiseText(RepairUtf8(text, arena_), arena_), kMaxCsvValueBytes));
  }

  absl::Status NoTarget() const {
    if (!seen_) return absl::InvalidArgumentError("the table has a header and no rows");
    return absl::InvalidArgumentError(fmt::format("at: no row has the {} \"{}\"; the table goes from {} to {}",
                                                  layout_.names[*layout_.time], TerminalLine(at_),
                                                  TerminalLine(CutUtf8(first_, 40)), TerminalLine(CutUtf8(last_, 40))));
  }

  absl::Status TooManyRows() const {
    size_t most = 0;
    for (size_t i = 1; i < codes_.size(); ++i) {
      if (result_.table.value_count(i) > result_.table.value_count(most)) most = i;
    }
    return absl::ResourceExhaustedError(fmt::format(
        "the table has more than {} distinct combinations of values; leave a column out: {} has the most values",
        kMaxExplainRows, result_.table.dimensions()[most]));
  }

  const Layout layout_;
  const std::string at_;
  const std::optional<double> at_number_;
  CsvTable result_;
  std::vector<uint32_t> codes_;
  Arena arena_;
  int64_t without_attempts_ = 0;
  bool seen_ = false;
  std::string first_, last_;  // times
  double first_number_ = 0, last_number_ = 0;
};

}  // namespace

absl::StatusOr<CsvTable> ReadCsvTable(std::istream& input, const CsvTableOptions& options) {
  if (options.time_column.empty() != options.at.empty()) {
    return absl::InvalidArgumentError(
        "time and at belong together: the column, and the moment that is to be explained");
  }
  CsvReader reader(input);
  ASSIGN_OR_RETURN(const bool has_header, reader.Next());
  if (!has_header) return absl::InvalidArgumentError("the table is empty: it has no header");
  ASSIGN_OR_RETURN(Layout layout, MakeLayout(reader.fields(), options));
  Builder builder(std::move(layout), options);
  while (true) {
    ASSIGN_OR_RETURN(const bool more, reader.Next());
    if (!more) break;
    RETURN_IF_ERROR(builder.Add(reader));
  }
  return std::move(builder).Finish();
}

}  // namespace faultline::query
