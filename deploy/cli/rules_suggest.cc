#include "deploy/cli/rules_suggest.h"

#include <algorithm>

#include "base/arena.h"
#include "base/status_macros.h"
#include "base/text.h"
#include "deploy/cli/lines_of_file.h"
#include "fmt/format.h"
#include "ingest/decoder.h"
#include "ingest/redactor.h"
#include "ingest/rule_suggest.h"

namespace faultline::deploy {

absl::StatusOr<ExitCode> SuggestRulesOf(const RulesSuggestOptions& options) {
  ingest::SuggestOptions suggest;
  suggest.max_rules = static_cast<size_t>(std::clamp<int64_t>(options.max_rules, 1, 1'000));
  const std::unique_ptr<ingest::Decoder> decoder = ingest::Decoder::Create({});
  const ingest::Redactor redactor;
  std::vector<std::string> messages;
  Arena arena;
  ingest::Decoded decoded;
  const auto take = [&](std::string_view line) {
    if (messages.size() >= suggest.max_lines) return;
    arena.Reset();
    decoder->Decode(RepairUtf8(line, arena), {}, arena, decoded);
    for (const ingest::LogRecord& record : decoded.records) {
      if (record.message.empty()) continue;
      messages.emplace_back(redactor.Redact(SanitiseText(record.message, arena), arena));
    }
  };
  for (const std::string& file : options.files) RETURN_IF_ERROR(ReadLines(file, take));
  const ingest::Suggestion suggestion = ingest::SuggestRules(messages, suggest);
  fmt::print("{}", suggestion.yaml);
  fmt::print(stderr,
             "{} rules for {} of {} messages; look at the names, set service, side and severity, and run `faultline "
             "rules test`\n",
             suggestion.rules, suggestion.covered, suggestion.lines);
  return suggestion.rules > 0 ? kFound : kNothingFound;
}

}  // namespace faultline::deploy
