#include <string>

#include "base/status_macros.h"
#include "deploy/cli/read_verb.h"
#include "deploy/cli/table.h"
#include "deploy/cli/verbs.h"
#include "fmt/format.h"

namespace faultline::deploy {
namespace {

namespace v1 = faultline::v1;

absl::StatusOr<ExitCode> RunDeadLetters(const ReadOptions& options) {
  ASSIGN_OR_RETURN(Reader reader, Reader::Open(options));
  ASSIGN_OR_RETURN(const v1::ListDeadLettersResponse response,
                   FetchAll(
                       reader, &Target::Stub::ListDeadLetters, v1::ListDeadLettersRequest{}, options.limit,
                       [](v1::ListDeadLettersResponse & page) -> auto& { return *page.mutable_dead_letters(); }));
  const Output& output = reader.output;
  if (output.format() == OutputFormat::kJson) {
    output.Json(response);
  } else if (output.format() == OutputFormat::kNdjson) {
    for (const v1::DeadLetter& letter : response.dead_letters()) output.NdjsonRow(letter);
  } else if (!response.dead_letters().empty()) {
    Table table({{"number", Column::kNumber},
                 {"reason", Column::kText},
                 {"where", Column::kText},
                 {"offset", Column::kNumber},
                 {"bytes", Column::kNumber},
                 {"detail", Column::kText},
                 {"record", Column::kFlexible}});
    for (const v1::DeadLetter& letter : response.dead_letters()) {
      table.AddRow({WithThousands(letter.number()), letter.reason(), letter.label(), WithThousands(letter.offset()),
                    WithThousands(letter.original_size_bytes()), letter.detail(), letter.bytes()});
    }
    output.Text(table.Render(output.terminal()));
  }
  output.Footer(fmt::format("{}{}, {}", CountOf(response.dead_letters_size(), "dead letter"),
                            response.next_page_token().empty() ? "" : " (there are more: --limit 0)",
                            reader.Elapsed()));
  return response.dead_letters().empty() ? kNothingFound : kFound;
}

}  // namespace

void AddDeadLettersVerb(const Verb& program, Action& action) {
  auto options = std::make_shared<ReadOptions>();
  const Verb verb = program.Sub("deadletters", "List records that could not become events, and why");
  AddLimitFlag(verb, *options);
  AddTargetFlags(verb, *options);
  verb.Does(action, [options] { return RunDeadLetters(*options); });
}

}  // namespace faultline::deploy
