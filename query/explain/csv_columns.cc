#include "query/explain/csv_columns.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "base/arena.h"
#include "base/text.h"
#include "query/did_you_mean.h"

namespace faultline::query {

std::string_view TrimCsvText(std::string_view text) {
  const absl::string_view trimmed = absl::StripAsciiWhitespace(absl::string_view(text.data(), text.size()));
  return {trimmed.data(), trimmed.size()};
}

std::string CleanCsvText(std::string_view text) {
  Arena arena;
  return std::string(CutUtf8(SanitiseText(RepairUtf8(TrimCsvText(text), arena), arena), kMaxCsvValueBytes));
}

std::optional<double> ParseCsvNumber(std::string_view text) {
  double number = 0;
  if (!absl::SimpleAtod(absl::string_view(text.data(), text.size()), &number) || !std::isfinite(number)) {
    return std::nullopt;
  }
  return number;
}

absl::StatusOr<std::vector<std::string>> ReadCsvHeader(const std::vector<std::string_view>& fields) {
  std::vector<std::string> names;
  std::set<std::string_view> seen;
  names.reserve(fields.size());
  for (const std::string_view field : fields) {
    names.push_back(CleanCsvText(field));
    if (names.back().empty()) {
      return absl::InvalidArgumentError(fmt::format("line 1: column {} has no name", names.size()));
    }
    if (!seen.insert(names.back()).second) {
      return absl::InvalidArgumentError(fmt::format("line 1: two columns are named \"{}\"", names.back()));
    }
  }
  return names;
}

absl::StatusOr<size_t> FindCsvColumn(std::string_view flag, const std::string& wanted,
                                     const std::vector<std::string>& names) {
  const auto found = std::find(names.begin(), names.end(), wanted);
  if (found != names.end()) return static_cast<size_t>(found - names.begin());
  const std::vector<std::string_view> known(names.begin(), names.end());
  return absl::InvalidArgumentError(fmt::format("{}: the table has no column \"{}\"{}; its columns are {}", flag,
                                                TerminalLine(wanted), DidYouMean(wanted, known),
                                                fmt::join(names, ", ")));
}

absl::Status CheckCsvWidth(const CsvReader& reader, const std::vector<std::string>& names) {
  if (reader.fields().size() == names.size()) return absl::OkStatus();
  return absl::InvalidArgumentError(
      fmt::format("line {}: has {} fields, the header has {}", reader.line(), reader.fields().size(), names.size()));
}

absl::Status BadCsvField(const CsvReader& reader, const std::vector<std::string>& names, size_t column,
                         std::string_view what) {
  const std::string_view text = TrimCsvText(reader.fields()[column]);
  return absl::InvalidArgumentError(fmt::format("line {}, column {} ({}): \"{}\" is {}", reader.line(), column + 1,
                                                names[column], TerminalLine(CutUtf8(text, 40)), what));
}

absl::StatusOr<double> ReadCsvCount(const CsvReader& reader, const std::vector<std::string>& names, size_t column,
                                    std::string_view kinds) {
  const std::optional<double> number = ParseCsvNumber(TrimCsvText(reader.fields()[column]));
  if (!number) return BadCsvField(reader, names, column, "no finite number");
  if (*number < 0) return BadCsvField(reader, names, column, fmt::format("negative; {} are 0 or more", kinds));
  if (*number > kLargestCsvCount) return BadCsvField(reader, names, column, "too large, at most 1e15 is");
  return *number;
}

}  // namespace faultline::query
