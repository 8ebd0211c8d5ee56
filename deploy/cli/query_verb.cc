#include <algorithm>
#include <string>
#include <utility>

#include "base/status_macros.h"
#include "deploy/cli/event_text.h"
#include "deploy/cli/plan_text.h"
#include "deploy/cli/read_verb.h"
#include "deploy/cli/verbs.h"
#include "fmt/format.h"

namespace faultline::deploy {
namespace {

namespace v1 = faultline::v1;

struct QueryOptions : ReadOptions {
  std::string filter;
  bool ascending = false;
  bool full = false;
  bool explain = false;
};

// The first page alone, and how it was found.
absl::StatusOr<ExitCode> ExplainQuery(Reader& reader, const QueryOptions& options, v1::SearchEventsRequest request) {
  request.set_explain(true);
  request.set_page_size(
      static_cast<int32_t>(options.limit == 0 ? kLargestPage : std::min(options.limit, kLargestPage)));
  v1::SearchEventsResponse page;
  RETURN_IF_ERROR(Call(reader, &Target::Stub::SearchEvents, request, page));
  PrintPlan(reader.output, page.plan());
  reader.output.Footer(fmt::format("{} on this page, {}{}", CountOf(page.events_size(), "event"), reader.Elapsed(),
                                   DescribeCompleteness(page.completeness())));
  return ExitCodeOf(!page.events().empty(), page.completeness());
}

absl::StatusOr<ExitCode> RunQuery(const QueryOptions& options) {
  ASSIGN_OR_RETURN(Reader reader, Reader::Open(options));
  v1::SearchEventsRequest request;
  *request.mutable_range() = reader.range;
  request.set_filter(options.filter);
  request.set_ascending(options.ascending);
  request.set_view(options.full ? v1::EVENT_VIEW_FULL : v1::EVENT_VIEW_BASIC);
  if (options.explain) return ExplainQuery(reader, options, std::move(request));
  const auto rows = [](v1::SearchEventsResponse & page) -> auto& { return *page.mutable_events(); };
  const Output& output = reader.output;
  if (output.format() == OutputFormat::kJson) {
    ASSIGN_OR_RETURN(const v1::SearchEventsResponse all,
                     FetchAll(reader, &Target::Stub::SearchEvents, request, options.limit, rows));
    output.Json(all);
    return ExitCodeOf(!all.events().empty(), all.completeness());
  }
  int64_t shown = 0;
  v1::SearchEventsResponse last;
  RETURN_IF_ERROR((ForEachPage<v1::SearchEventsRequest, v1::SearchEventsResponse>(
      reader, &Target::Stub::SearchEvents, request, options.limit, rows, [&](v1::SearchEventsResponse& page) {
        Table table = EventTable();
        for (const v1::Event& event : page.events()) {
          if (output.format() == OutputFormat::kNdjson) {
            output.NdjsonRow(event);
          } else if (options.full) {
            output.Text(EventBlock(output.terminal(), event) + "\n");
          } else {
            AddEventRow(table, event);
          }
        }
        if (!table.empty()) output.Text(table.Render(output.terminal()));
        shown += page.events_size();
        page.mutable_events()->Clear();
        last.Swap(&page);
      })));
  output.Footer(fmt::format("{}{}, {}{}", CountOf(shown, "event"),
                            last.next_page_token().empty() ? "" : " (there are more: --limit 0)", reader.Elapsed(),
                            DescribeCompleteness(last.completeness())));
  return ExitCodeOf(shown > 0, last.completeness());
}

}  // namespace

void AddQueryVerb(const Verb& program, Action& action) {
  auto options = std::make_shared<QueryOptions>();
  const Verb verb = program.Sub("query", "List events, the latest first");
  verb.Argument("FILTER", options->filter, R"(e.g. 'service = "mailbox" AND message : "quorum"')");
  verb.Switch("--ascending", options->ascending, "The earliest first");
  verb.Switch("--full", options->full, "Everything that is known of each event");
  verb.Switch("--explain", options->explain, kExplainHelp);
  AddTimeFlags(verb, *options);
  AddLimitFlag(verb, *options);
  AddTargetFlags(verb, *options);
  verb.Does(action, [options] { return RunQuery(*options); });
}

}  // namespace faultline::deploy
