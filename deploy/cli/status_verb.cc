#include <string>

#include "base/status_macros.h"
#include "base/text.h"
#include "deploy/cli/display_zone.h"
#include "deploy/cli/read_verb.h"
#include "deploy/cli/table.h"
#include "deploy/cli/verbs.h"
#include "fmt/format.h"

namespace faultline::deploy {
namespace {

namespace v1 = faultline::v1;

Table StreamTable(const v1::GetStatusResponse& status) {
  Table table({{"stream", Column::kFlexible},
               {"next", Column::kNumber},
               {"lag", Column::kNumber},
               {"consumed", Column::kNumber},
               {"stored", Column::kNumber},
               {"attempts", Column::kNumber},
               {"dead", Column::kNumber},
               {"repeats", Column::kNumber},
               {"watermark (" + DisplayZoneName() + ")", Column::kText}});
  const auto add = [&](const v1::StreamStatus& stream, const std::string& name) {
    table.AddRow({name, name == "all" ? "" : WithThousands(stream.next_offset()),
                  stream.lag() < 0 ? "?" : WithThousands(stream.lag()), WithThousands(stream.consumed()),
                  WithThousands(stream.stored()), WithThousands(stream.attempts()),
                  WithThousands(stream.dead_letters()), WithThousands(stream.repeats()),
                  TableTime(stream.watermark())});
  };
  for (const v1::StreamStatus& stream : status.streams()) {
    add(stream, stream.label().empty() ? stream.stream() : stream.label());
  }
  add(status.totals(), "all");
  return table;
}

// A server's bounds; a store that is looked at for a moment has none worth telling but its disk.
std::string BudgetText(const v1::GetStatusResponse& status) {
  std::string text;
  for (const v1::Budget& budget : status.budgets()) {
    const bool is_of_store = budget.name() == "disk" || budget.unit() == "signatures" || budget.unit() == "values";
    if (status.role() == "offline" && !is_of_store) continue;
    text += fmt::format("{}: {} of {} ({:.1f} %)\n", budget.name(), WithThousands(budget.used()),
                        CountOf(budget.limit(), budget.unit().substr(0, budget.unit().size() - 1)),
                        100.0 * static_cast<double>(budget.used()) / static_cast<double>(budget.limit()));
  }
  for (const v1::OtherValues& other : status.others()) {
    text += TerminalLine(fmt::format("other: {} with some {} of {} beyond the limit of {}",
                                     CountOf(other.events(), "event"), WithThousands(other.distinct_estimate()),
                                     other.what() == "signature" ? "signatures" : other.what(),
                                     WithThousands(other.limit()))) +
            "\n";
  }
  for (const v1::Stage& stage : status.stages()) {
    text += fmt::format("stage {}: {:.1f} s\n", stage.name(), stage.seconds());
  }
  return text;
}

std::string StatusText(const Terminal& terminal, const v1::GetStatusResponse& status) {
  const v1::StoreStatus& store = status.store();
  std::string text = TerminalLine(fmt::format("faultline {} {} ({}), role {}", status.version(), status.build_commit(),
                                              status.build_details(), status.role())) +
                     "\n";
  text += fmt::format("store: {} in {}, {} on disk{}, format {}\n", CountOf(store.events(), "event"),
                      CountOf(store.segments(), "segment"), CountOf(store.disk_bytes(), "byte"),
                      store.events() > 0
                          ? fmt::format(" ({:.1f} for each event)",
                                        static_cast<double>(store.disk_bytes()) / static_cast<double>(store.events()))
                          : "",
                      store.format_version());
  if (store.events() > 0) {
    text += fmt::format("events: {} to {} {}\n", TableTime(store.first_time()), TableTime(store.last_time()),
                        DisplayZoneName());
  }
  if (status.rules() > 0) text += fmt::format("rules: {}\n", status.rules());
  for (const std::string& error : status.rule_errors()) {
    text += Styled(terminal, Style::kError, "rule refused: ") + TerminalLine(error) + "\n";
  }
  text += BudgetText(status);
  if (!status.streams().empty()) text += "\n" + StreamTable(status).Render(terminal);
  return text;
}

absl::StatusOr<ExitCode> RunStatus(const ReadOptions& options) {
  ASSIGN_OR_RETURN(Reader reader, Reader::Open(options));
  v1::GetStatusResponse status;
  RETURN_IF_ERROR(Call(reader, &Target::Stub::GetStatus, v1::GetStatusRequest{}, status));
  const Output& output = reader.output;
  if (output.format() == OutputFormat::kJson) {
    output.Json(status);
  } else if (output.format() == OutputFormat::kNdjson) {
    output.NdjsonRow(status);
  } else {
    output.Text(StatusText(output.terminal(), status));
  }
  return kFound;
}

}  // namespace

void AddStatusVerb(const Verb& program, Action& action) {
  auto options = std::make_shared<ReadOptions>();
  const Verb verb = program.Sub("status", "Positions, lag, sizes and build information");
  AddTargetFlags(verb, *options);
  verb.Does(action, [options] { return RunStatus(*options); });
}

}  // namespace faultline::deploy
