#include <fmt/format.h>

#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_replace.h"
#include "base/status_macros.h"
#include "base/timestamp.h"
#include "deploy/cli/group_spool.h"
#include "deploy/cli/line_grouper.h"
#include "deploy/cli/lines_of_file.h"
#include "deploy/cli/load_rules.h"
#include "deploy/cli/output.h"
#include "deploy/cli/verbs.h"
#include "query/grouping/learned_templates.h"
#include "query/grouping/masked_set.h"
#include "store/event.h"

namespace faultline::deploy {
namespace {

struct GroupOptions {
  std::vector<std::string> files;
  std::vector<std::string> rules;
  std::string format = "csv";
  bool raw_lines = false;
  bool quiet = false;
};

std::string CsvField(std::string_view text) {
  if (text.find_first_of(",\"\n\r") == std::string_view::npos) return std::string(text);
  return "\"" + absl::StrReplaceAll(std::string(text), {{"\"", "\"\""}}) + "\"";
}

// "v1:0123456789abcdef,PacketResponder <*> terminating"; two empty fields for a line without a message.
std::string Columns(uint64_t signature, std::string_view masked, const query::LearnedTemplates& learned) {
  if (masked.empty()) return ",";
  const std::string text =
      absl::StrReplaceAll(learned.TemplateOf(masked), {{std::string(1, store::kTemplateHole), "<*>"}});
  return store::FormatSignature(signature) + "," + CsvField(text);
}

void Write(std::string_view text) { std::fwrite(text.data(), 1, text.size(), stdout); }

// Writes a row a line; returns how many.
absl::StatusOr<int64_t> WriteRows(GroupSpool& spool, const query::LearnedTemplates& learned) {
  std::vector<std::string> columns;  // of the kept groups, by number; empty until needed
  int64_t line = 0;
  Write("LineId,Signature,EventTemplate\n");
  RETURN_IF_ERROR(spool.Replay([&](uint64_t signature, std::string_view masked, int64_t kept) {
    ++line;
    if (kept == GroupSpool::kNotKept) {
      Write(fmt::format("{},{}\n", line, Columns(signature, masked, learned)));
      return;
    }
    if (columns.size() <= static_cast<size_t>(kept)) columns.resize(static_cast<size_t>(kept) + 1);
    std::string& known = columns[static_cast<size_t>(kept)];
    if (known.empty()) known = Columns(signature, masked, learned);
    Write(fmt::format("{},{}\n", line, known));
  }));
  return line;
}

absl::StatusOr<std::shared_ptr<const ingest::RuleSet>> RulesFor(const GroupOptions& options) {
  if (!options.raw_lines) return LoadRules(options.rules);
  std::vector<ingest::RuleError> none;
  return ingest::RuleSet::Load({}, none);
}

absl::StatusOr<ExitCode> RunGroup(const GroupOptions& options) {
  if (options.format != "csv") {
    return absl::InvalidArgumentError("-o is \"" + options.format + "\"; group writes csv");
  }
  const int64_t start_us = NowMicros();
  ASSIGN_OR_RETURN(const std::shared_ptr<const ingest::RuleSet> rules, RulesFor(options));
  ASSIGN_OR_RETURN(GroupSpool spool, GroupSpool::Create());
  LineGrouper grouper(options.raw_lines, rules);
  query::MaskedSet set;
  for (const std::string& file : options.files) {
    grouper.BeginFile();
    RETURN_IF_ERROR(ReadLines(file, [&](std::string_view line) {
      const LineGrouper::Group group = grouper.Read(line);
      if (spool.Add(group.signature, group.masked) && !group.masked.empty()) set.Add(group.masked);
    }));
  }
  const query::LearnedTemplates learned = query::LearnedTemplates::Learn(set);
  ASSIGN_OR_RETURN(const int64_t lines, WriteRows(spool, learned));
  if (!options.quiet) {
    std::string note = fmt::format("{}, {} masked messages, {}", CountOf(lines, "line"),
                                   WithThousands(set.EstimateDistinct()), FormatElapsed(NowMicros() - start_us));
    if (set.sampled()) {
      note += fmt::format("; partial: templates were learned from {} of them", WithThousands(set.texts().size()));
    }
    fmt::print(stderr, "{}\n", note);
  }
  return lines > 0 ? kFound : kNothingFound;
}

}  // namespace

void AddGroupVerb(const Verb& program, Action& action) {
  auto options = std::make_shared<GroupOptions>();
  const Verb verb = program.Sub("group", "Say for each line of a log what kind of message it is");
  verb.Arguments("FILE", options->files, "Plain, gzip or zstd; - is standard input", Verb::Need::kRequired);
  verb.Switch("--raw-lines", options->raw_lines, "The text of a line is its message; no format is looked for");
  verb.RepeatedFlag("--rules", options->rules, "PATH",
                    "Rule file or folder (default: $FAULTLINE_RULES); not with --raw-lines");
  verb.Flag("-o,--output", options->format, "FORMAT", "csv: LineId, Signature, EventTemplate (default)");
  verb.Switch("-q,--quiet", options->quiet, "No line about the whole on standard error");
  verb.Does(action, [options] { return RunGroup(*options); });
}

}  // namespace faultline::deploy
