#include <memory>
#include <string>
#include <vector>

#include "base/status_macros.h"
#include "deploy/cli/load_rules.h"
#include "deploy/cli/output.h"
#include "deploy/cli/record_printer.h"
#include "deploy/cli/verbs.h"
#include "fmt/format.h"
#include "ingest/captured_source.h"
#include "ingest/file_source.h"

namespace faultline::deploy {
namespace {

struct ParseOptions {
  std::vector<std::string> files;
  std::vector<std::string> rules;
  std::string output;
  std::string format;
  bool records = false;
  bool show_private = false;
  bool quiet = false;
};

std::unique_ptr<ingest::RecordSource> OpenSource(const ParseOptions& options) {
  if (options.records) {
    ingest::CapturedSourceOptions captured;
    captured.paths = options.files;
    return std::make_unique<ingest::CapturedSource>(std::move(captured));
  }
  ingest::FileSourceOptions files;
  files.paths = options.files;
  return std::make_unique<ingest::FileSource>(std::move(files));
}

absl::StatusOr<ExitCode> RunParse(const ParseOptions& options) {
  if (!options.output.empty() && options.output != "ndjson") {
    return absl::InvalidArgumentError("-o is \"" + options.output + "\"; parse writes ndjson");
  }
  ingest::PipelineOptions pipeline;
  pipeline.parser.show_private = options.show_private;
  pipeline.parser.whole_successes = true;
  if (!options.format.empty()) {
    ASSIGN_OR_RETURN(pipeline.decoder.format, ingest::ParseFormat(options.format));
  }
  ASSIGN_OR_RETURN(const std::shared_ptr<const ingest::RuleSet> rules, LoadRules(options.rules));
  const Pseudonyms pseudonyms = Pseudonyms::Ephemeral();
  const std::unique_ptr<ingest::RecordSource> source = OpenSource(options);
  PrintCounts counts;
  RETURN_IF_ERROR(PrintRecords(pipeline, *rules, pseudonyms, *source, counts));
  if (!options.quiet) {
    fmt::print(stderr, "{}: {}, {} attempts, {}\n", CountOf(counts.records, "record"), CountOf(counts.events, "event"),
               WithThousands(counts.attempts), CountOf(counts.dead_letters, "dead letter"));
  }
  return counts.records > 0 ? kFound : kNothingFound;
}

}  // namespace

void AddParseVerb(const Verb& program, Action& action) {
  auto options = std::make_shared<ParseOptions>();
  const Verb verb =
      program.Sub("parse", "Print what records are understood as, one JSON object a line; stores nothing");
  verb.Arguments("FILE", options->files, "Plain, gzip or zstd; - is standard input", Verb::Need::kRequired);
  verb.Switch("--records", options->records, "The files hold captured Kafka records, one JSON object a line");
  verb.Switch("--show-private", options->show_private, "Leave out redaction and hashes, for this one print");
  verb.Flag("--format", options->format, "NAME", "The wire format, where it is not to be detected");
  verb.RepeatedFlag("--rules", options->rules, "PATH", "Rule file or folder (default: $FAULTLINE_RULES)");
  verb.Flag("-o", options->output, "FORMAT", "ndjson, the only one");
  verb.Switch("-q,--quiet", options->quiet, "No summary on standard error");
  verb.Does(action, [options] { return RunParse(*options); });
}

}  // namespace faultline::deploy
