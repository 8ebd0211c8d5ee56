#include <algorithm>
#include <chrono>
#include <string>
#include <thread>

#include "base/status_macros.h"
#include "deploy/cli/event_text.h"
#include "deploy/cli/read_verb.h"
#include "deploy/cli/verbs.h"
#include "fmt/format.h"

namespace faultline::deploy {
namespace {

namespace v1 = faultline::v1;

constexpr std::chrono::milliseconds kFirstRetry{200};
constexpr std::chrono::milliseconds kLastRetry{5000};

struct TailOptions : ReadOptions {
  std::string filter;
  bool full = false;
};

class TailPrinter {
 public:
  TailPrinter(const Reader& reader, bool full) : output_(reader.output), full_(full) {}

  void Print(const v1::TailEventsResponse& message) {
    if (message.skipped() > 0)
      Gap(fmt::format("{} were not looked at: too many at once", CountOf(message.skipped(), "event")));
    for (const v1::Event& event : message.events()) PrintEvent(event);
    std::fflush(stdout);
  }
  // Something may be missing here. In every format on standard error, in a table where it is missing.
  void Gap(std::string_view why) {
    output_.format() == OutputFormat::kTable ? output_.Text(fmt::format("--- {} ---\n", why)) : output_.Note(why);
  }

 private:
  void PrintEvent(const v1::Event& event) {
    if (output_.format() != OutputFormat::kTable) return output_.NdjsonRow(event);
    if (full_) return output_.Text(EventBlock(output_.terminal(), event) + "\n");
    output_.Text(EventLine(output_.terminal(), event) + "\n");
  }

  const Output& output_;
  const bool full_;
};

// One connection, until it breaks. `request` gets where to go on.
grpc::Status Follow(Reader& reader, v1::TailEventsRequest& request, TailPrinter& printer) {
  grpc::ClientContext context;
  const auto stream = reader.target->stub().TailEvents(&context, request);
  v1::TailEventsResponse message;
  while (stream->Read(&message)) {
    printer.Print(message);
    request.set_resume_token(message.resume_token());
    request.set_backlog(0);
  }
  return stream->Finish();
}

absl::StatusOr<ExitCode> RunTail(const TailOptions& given) {
  TailOptions options = given;
  options.output.no_pager = true;
  if (options.output.format == "json") {
    return absl::InvalidArgumentError("-o json is one document, and this never ends: use ndjson");
  }
  if (options.limit > kLargestPage) return absl::InvalidArgumentError("--limit is at most 1000");
  ASSIGN_OR_RETURN(Reader reader, Reader::Open(options));
  v1::TailEventsRequest request;
  request.set_filter(options.filter);
  request.set_view(options.full ? v1::EVENT_VIEW_FULL : v1::EVENT_VIEW_BASIC);
  request.set_backlog(static_cast<int32_t>(options.limit));
  TailPrinter printer(reader, options.full);
  std::chrono::milliseconds wait = kFirstRetry;
  while (true) {
    const std::string before = request.resume_token();
    const grpc::Status status = Follow(reader, request, printer);
    const bool again = status.ok() || status.error_code() == grpc::StatusCode::UNAVAILABLE;
    // A server that was never there is a mistake; one that was is waited for.
    if (!again || request.resume_token().empty()) return reader.target->Explain(status);
    wait = request.resume_token() == before ? std::min(wait * 2, kLastRetry) : kFirstRetry;
    printer.Gap("the connection broke; going on where it was");
    std::this_thread::sleep_for(wait);
  }
}

}  // namespace

void AddTailVerb(const Verb& program, Action& action) {
  auto options = std::make_shared<TailOptions>();
  options->limit = 10;
  const Verb verb = program.Sub("tail", "Follow events as they arrive, until interrupted");
  verb.Argument("FILTER", options->filter, R"(e.g. 'side = CLIENT AND severity >= ERROR')");
  verb.Switch("--full", options->full, "Everything that is known of each event");
  verb.Number("-n,--limit", options->limit, "N", "So many of the latest events first (default: 10)");
  AddTargetFlags(verb, *options);
  verb.Does(action, [options] { return RunTail(*options); });
}

}  // namespace faultline::deploy
