#include "deploy/server/loki_counts.h"

#include <algorithm>
#include <numeric>
#include <set>
#include <string>

#include "base/status_macros.h"
#include "deploy/server/loki_call.h"
#include "fmt/format.h"

namespace faultline::deploy {
namespace {

using Service = v1::FailureQueryService::StubInterface;

constexpr int64_t kMaxPoints = 10'000;
constexpr int kMaxValues = 100;         // of one label
constexpr char kOthers[] = "(others)";  // the value of all beyond the limit
constexpr int kMaxOuterValues = 30;     // of the first of two labels

using Buckets = std::map<std::string, std::map<int64_t, int64_t>>;  // value -> start of bucket -> events

// What is counted, in buckets that points and ranges are whole numbers of.
struct Plan {
  int64_t width = 1;  // 0: one bucket for all, for a single point
  int64_t first = 0;  // start of the first bucket
  int64_t end = 0;
};

absl::StatusOr<Plan> MakePlan(const LokiQuery& query, const LokiGrid& grid) {
  Plan plan;
  if (grid.start == grid.end) return Plan{0, grid.start - query.range_seconds, grid.end};
  plan.width = std::gcd(std::gcd(grid.step, query.range_seconds), grid.start);
  if ((grid.end - grid.start + query.range_seconds) / plan.width > kMaxPoints) {
    plan.width = std::gcd(grid.step, query.range_seconds);
  }
  plan.first = grid.start / plan.width * plan.width - query.range_seconds;
  plan.end = grid.end / plan.width * plan.width;
  if ((plan.end - plan.first) / plan.width > kMaxPoints || (grid.end - grid.start) / grid.step > kMaxPoints) {
    return absl::InvalidArgumentError("more than 10000 points: choose a longer step or a shorter span of time");
  }
  return plan;
}

absl::StatusOr<Buckets> Count(Service& service, const Plan& plan, const std::string& field, const std::string& filter,
                              int limit) {
  v1::CountEventsRequest request;
  request.mutable_range()->mutable_start()->set_seconds(plan.first);
  request.mutable_range()->mutable_end()->set_seconds(plan.end);
  request.set_filter(filter);
  request.set_by(field);
  request.set_limit(limit);
  if (plan.width > 0) request.mutable_step()->set_seconds(plan.width);
  v1::CountEventsResponse response;
  RETURN_IF_ERROR(CallService(service, &Service::CountEvents, request, response));
  Buckets buckets;
  for (const v1::CountRow& row : response.rows()) {
    auto& counts = buckets[row.other() ? kOthers : row.value()];
    if (plan.width == 0) counts[plan.first] = row.count();
    for (int i = 0; i < row.counts_size(); ++i) counts[response.bucket_starts(i).seconds()] += row.counts(i);
  }
  return buckets;
}

std::vector<double> Points(const std::map<int64_t, int64_t>& counts, const Plan& plan, const LokiQuery& query,
                           const LokiGrid& grid) {
  std::vector<double> points;
  for (int64_t at = grid.start; at <= grid.end; at += grid.step) {
    const int64_t end = plan.width == 0 ? at : at / plan.width * plan.width;
    int64_t sum = 0;
    for (auto bucket = counts.lower_bound(end - query.range_seconds); bucket != counts.end() && bucket->first < end;
         ++bucket) {
      sum += bucket->second;
    }
    const auto value = static_cast<double>(sum);
    points.push_back(query.kind == LokiQuery::Kind::kRate ? value / static_cast<double>(query.range_seconds) : value);
  }
  return points;
}

// Labels of the sum by their field; several labels may mean one field.
std::map<std::string, std::vector<std::string>> FieldsOf(const LokiQuery& query) {
  std::map<std::string, std::vector<std::string>> fields;
  const std::vector<std::string> by = query.summed ? query.by : std::vector<std::string>{"service"};
  for (const std::string& label : by) fields[std::string(LokiField(label))].push_back(label);
  return fields;
}

void SetLabels(const std::string& field, const std::vector<std::string>& names, const std::string& value,
               LokiLabels& labels) {
  const std::string shown = field == "severity" ? LokiLevel(value) : value;
  for (const std::string& name : names) {
    if (!shown.empty()) labels[name] = shown;
  }
}

std::string ValueFilter(const std::string& field, const std::string& value) {
  if (value.empty()) return "NOT " + field + ":*";
  if (field == "severity" || field == "side" || field == "outcome") return field + " = " + value;
  std::string text;
  for (const char c : value) {
    if (c == '"' || c == '\\' || c == '*') text += '\\';
    text += c;
  }
  return field + " = \"" + text + "\"";
}

void AddSeries(const std::vector<double>& points, const LokiLabels& labels,
               std::map<LokiLabels, std::vector<double>>& series) {
  std::vector<double>& sums = series[labels];
  sums.resize(points.size());
  std::transform(points.begin(), points.end(), sums.begin(), sums.begin(), std::plus<>());
}

}  // namespace

absl::StatusOr<std::map<LokiLabels, std::vector<double>>> LokiCounts(Service& service, const LokiQuery& query,
                                                                     const LokiGrid& grid) {
  ASSIGN_OR_RETURN(const Plan plan, MakePlan(query, grid));
  const auto fields = FieldsOf(query);
  if (fields.size() > 2) return absl::InvalidArgumentError("a sum is by two different labels at most");
  const auto inner = fields.empty() ? std::string() : fields.rbegin()->first;
  const auto outer = fields.size() == 2 ? fields.begin()->first : std::string();
  Buckets values{{"", {}}};
  if (!outer.empty()) {
    ASSIGN_OR_RETURN(values, Count(service, plan, outer, query.filter, kMaxOuterValues));
  }
  std::map<LokiLabels, std::vector<double>> series;
  for (const auto& [value, outer_counts] : values) {
    std::string filter = query.filter;
    LokiLabels labels;
    if (!outer.empty()) {
      SetLabels(outer, fields.begin()->second, value, labels);
      if (value == kOthers) {  // so many that they are not told apart any further
        AddSeries(Points(outer_counts, plan, query, grid), labels, series);
        continue;
      }
      filter = fmt::format("{}{}", filter.empty() ? "" : fmt::format("({}) AND ", filter), ValueFilter(outer, value));
    }
    ASSIGN_OR_RETURN(const Buckets counted, Count(service, plan, inner, filter, kMaxValues));
    for (const auto& [inner_value, counts] : counted) {
      LokiLabels whole = labels;
      if (!inner.empty()) SetLabels(inner, fields.rbegin()->second, inner_value, whole);
      AddSeries(Points(counts, plan, query, grid), whole, series);
    }
  }
  return series;
}

}  // namespace faultline::deploy
