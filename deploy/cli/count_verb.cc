#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "base/status_macros.h"
#include "base/timestamp.h"
#include "deploy/cli/display_zone.h"
#include "deploy/cli/plan_text.h"
#include "deploy/cli/read_verb.h"
#include "deploy/cli/table.h"
#include "deploy/cli/verbs.h"
#include "fmt/format.h"

namespace faultline::deploy {
namespace {

namespace v1 = faultline::v1;

struct CountOptions : ReadOptions {
  std::string filter;
  std::string by;
  std::string step;
  bool explain = false;
};

constexpr size_t kSparkColumns = 60;

// Counts over time as one line of bars, each relative to the highest of `row`.
std::string Sparkline(const v1::CountRow& row) {
  static constexpr std::array<std::string_view, 9> kBars = {" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  const auto buckets = static_cast<size_t>(row.counts_size());
  const size_t columns = std::min(buckets, kSparkColumns);
  std::vector<int64_t> sums(columns, 0);
  for (size_t i = 0; i < buckets; ++i) sums[i * columns / buckets] += row.counts(static_cast<int>(i));
  const int64_t highest = sums.empty() ? 0 : *std::max_element(sums.begin(), sums.end());
  std::string line;
  for (const int64_t sum : sums)
    line += kBars[highest == 0 ? 0 : static_cast<size_t>((sum * 8 + highest - 1) / highest)];
  return line;
}

absl::StatusOr<v1::CountEventsRequest> MakeRequest(const CountOptions& options) {
  v1::CountEventsRequest request;
  request.set_filter(options.filter);
  request.set_by(options.by);
  request.set_explain(options.explain);
  request.set_limit(static_cast<int32_t>(options.limit == 0 ? kLargestPage : std::min(options.limit, kLargestPage)));
  if (options.step.empty()) return request;
  const std::optional<int64_t> step_us = ParseDuration(options.step);
  if (!step_us || *step_us < 1'000'000 || *step_us % 1'000'000 != 0) {
    return absl::InvalidArgumentError("--step is \"" + options.step + "\"; write whole seconds: 1m, 90s, 1h");
  }
  request.mutable_step()->set_seconds(*step_us / 1'000'000);
  return request;
}

std::string CountTable(const Terminal& terminal, const CountOptions& options, const v1::CountEventsResponse& response) {
  const bool over_time = response.bucket_starts_size() > 0;
  std::vector<Column> columns = {{options.by.empty() ? "of" : options.by, Column::kText}, {"events", Column::kNumber}};
  if (over_time) {
    columns.push_back({fmt::format("from {} {}, {} steps of {}", TableTime(response.bucket_starts(0)),
                                   DisplayZoneName(), response.bucket_starts_size(), options.step),
                       Column::kText});
  }
  Table table(std::move(columns));
  for (const v1::CountRow& row : response.rows()) {
    const std::string value = row.other()           ? "(all others)"
                              : options.by.empty()  ? "all"
                              : row.value().empty() ? "(none)"
                                                    : row.value();
    table.AddRow({value, WithThousands(row.count()), over_time ? Sparkline(row) : ""});
  }
  return table.Render(terminal);
}

absl::StatusOr<ExitCode> RunCount(const CountOptions& options) {
  ASSIGN_OR_RETURN(v1::CountEventsRequest request, MakeRequest(options));
  ASSIGN_OR_RETURN(Reader reader, Reader::Open(options));
  *request.mutable_range() = reader.range;
  v1::CountEventsResponse response;
  RETURN_IF_ERROR(Call(reader, &Target::Stub::CountEvents, request, response));
  const Output& output = reader.output;
  if (options.explain) {
    PrintPlan(output, response.plan());
  } else if (output.format() == OutputFormat::kJson) {
    output.Json(response);
  } else if (output.format() == OutputFormat::kNdjson) {
    for (const v1::CountRow& row : response.rows()) output.NdjsonRow(row);
  } else if (response.total() > 0) {
    output.Text(CountTable(output.terminal(), options, response));
  }
  output.Footer(fmt::format("{}, {}{}", CountOf(response.total(), "event"), reader.Elapsed(),
                            DescribeCompleteness(response.completeness())));
  return ExitCodeOf(response.total() > 0, response.completeness());
}

}  // namespace

void AddCountVerb(const Verb& program, Action& action) {
  auto options = std::make_shared<CountOptions>();
  const Verb verb = program.Sub("count", "Count events by a field, over time with --step");
  verb.Argument("FILTER", options->filter, R"(e.g. 'severity >= ERROR')");
  verb.Flag("--by", options->by, "FIELD", "service, signature, side, severity, region, ...");
  verb.Flag("--step", options->step, "TIME", "Width of a time bucket: 1m, 90s, 1h");
  verb.Switch("--explain", options->explain, kExplainHelp);
  AddTimeFlags(verb, *options);
  AddLimitFlag(verb, *options);
  AddTargetFlags(verb, *options);
  verb.Does(action, [options] { return RunCount(*options); });
}

}  // namespace faultline::deploy
