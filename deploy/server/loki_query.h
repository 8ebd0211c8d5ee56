// LogQL, as far as Grafana's builder writes it, turned into a filter (docs/filters.md) and
// what to do with it.
//
// Understood:
//   {label="v", label!="v", label=~"a|b.*", label!~"a"}   with line filters |= != |~ !~ and
//   label filters | label = "v" behind it; the stages json, logfmt, drop, keep and line_format change
//   nothing, since every record is understood when it is read
//   count_over_time(… [5m]), rate(… [5m])
//   sum(…), sum by (label, label) (…), sum (…) by (label)
//   vector(n) + vector(n)
// Regular expressions may hold alternatives, .* and .+, a leading (?i), and escaped signs.
//
// Thread-safe.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace faultline::deploy {

struct LokiQuery {
  enum class Kind { kLog, kCount, kRate, kConstant };
  Kind kind = Kind::kLog;
  std::string filter;           // empty: everything
  int64_t range_seconds = 0;    // of kCount and kRate; >= 1
  bool summed = false;          // else one series for each service
  std::vector<std::string> by;  // labels of the sum
  double constant = 0;          // of kConstant
};

// Errors: InvalidArgument, which names the column (1-based) and what is understood.
absl::StatusOr<LokiQuery> ParseLokiQuery(std::string_view text);

// A duration of LogQL in seconds: "5m", "1h30m", "500ms" (rounded up). Errors: InvalidArgument.
absl::StatusOr<int64_t> ParseLokiDuration(std::string_view text);

}  // namespace faultline::deploy
