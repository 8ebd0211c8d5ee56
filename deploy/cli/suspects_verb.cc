#include <algorithm>
#include <memory>
#include <string>

#include "base/status_macros.h"
#include "deploy/cli/baseline.h"
#include "deploy/cli/read_verb.h"
#include "deploy/cli/table.h"
#include "deploy/cli/verbs.h"
#include "fmt/format.h"
#include "google/protobuf/util/time_util.h"

namespace faultline::deploy {
namespace {

namespace v1 = faultline::v1;
using google::protobuf::util::TimeUtil;

struct SuspectsOptions : ReadOptions {
  std::string baseline;
};

constexpr int64_t kMinuteMicros = 60'000'000;
constexpr int64_t kMostSuspects = 100;
constexpr int kShownEvidence = 3;

// --at alone is the whole minute that holds the moment.
absl::StatusOr<v1::TimeRange> RangeOf(const SuspectsOptions& options, const v1::TimeRange& resolved, int64_t now_us) {
  v1::TimeRange range = resolved;
  if (!options.time.at.empty() && options.time.around.empty()) {
    ASSIGN_OR_RETURN(const int64_t at, ResolveMoment("--at", options.time.at, now_us));
    const int64_t minute = at - ((at % kMinuteMicros) + kMinuteMicros) % kMinuteMicros;
    *range.mutable_start() = TimeUtil::MicrosecondsToTimestamp(minute);
    *range.mutable_end() = TimeUtil::MicrosecondsToTimestamp(minute + kMinuteMicros);
  }
  if (!range.has_start()) return absl::InvalidArgumentError("when? pass --at TIME, or --since and --until");
  if (!range.has_end()) *range.mutable_end() = TimeUtil::MicrosecondsToTimestamp(now_us);
  return range;
}

std::string SuspectsTable(const Terminal& terminal, const v1::RankSuspectsResponse& response) {
  Table table({{"rank", Column::kNumber},
               {"service", Column::kService},
               {"score", Column::kNumber},
               {"what changed", Column::kFlexible}});
  for (const v1::Suspect& row : response.suspects()) {
    for (int i = 0; i < std::min(row.evidence_size(), kShownEvidence); ++i) {
      const bool first = i == 0;
      table.AddRow({first ? std::to_string(row.rank()) : "", first ? row.service() : "",
                    first ? fmt::format("{:.1f}", row.score()) : "", row.evidence(i).summary()},
                   first ? Style::kPlain : Style::kDim);
    }
  }
  return table.Render(terminal);
}

absl::StatusOr<ExitCode> RunSuspects(const SuspectsOptions& options) {
  ASSIGN_OR_RETURN(Reader reader, Reader::Open(options));
  v1::RankSuspectsRequest request;
  ASSIGN_OR_RETURN(*request.mutable_range(), RangeOf(options, reader.range, reader.start_us));
  if (!options.baseline.empty()) {
    ASSIGN_OR_RETURN(*request.mutable_baseline_range(),
                     ResolveBaseline(options.baseline, request.range(), reader.start_us));
  }
  request.set_limit(static_cast<int32_t>(options.limit == 0 ? kMostSuspects : std::min(options.limit, kMostSuspects)));
  v1::RankSuspectsResponse response;
  RETURN_IF_ERROR(Call(reader, &Target::Stub::RankSuspects, request, response));
  const Output& output = reader.output;
  if (output.format() == OutputFormat::kJson) {
    output.Json(response);
  } else if (output.format() == OutputFormat::kNdjson) {
    for (const v1::Suspect& row : response.suspects()) output.NdjsonRow(row);
  } else if (response.suspects_size() > 0) {
    output.Text(SuspectsTable(output.terminal(), response));
  }
  for (const std::string& note : response.notes()) output.Note(note);
  output.Footer(fmt::format("{} ({} spans) compared with {} ({} spans), {}{}", CountOf(response.events(), "event"),
                            WithThousands(response.spans()), CountOf(response.baseline_events(), "event"),
                            WithThousands(response.baseline_spans()), reader.Elapsed(),
                            DescribeCompleteness(response.completeness())));
  return ExitCodeOf(response.suspects_size() > 0, response.completeness());
}

}  // namespace

void AddSuspectsVerb(const Verb& program, Action& action) {
  auto options = std::make_shared<SuspectsOptions>();
  options->limit = 10;
  const Verb verb = program.Sub("suspects", "Which services changed most when something began to fail");
  verb.Flag("--baseline", options->baseline, "RANGE",
            "When all was well: FROM..UNTIL, or before (default: the hour that ends 5 minutes before)");
  verb.Number("-n,--limit", options->limit, "N", "Services at most; 0 means 100 (default: 10)");
  AddTimeFlags(verb, *options);
  AddTargetFlags(verb, *options);
  verb.Does(action, [options] { return RunSuspects(*options); });
}

}  // namespace faultline::deploy
