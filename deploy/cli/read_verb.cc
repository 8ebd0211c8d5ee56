#include "deploy/cli/read_verb.h"

#include <CLI/CLI.hpp>

#include "base/status_macros.h"
#include "base/timestamp.h"

namespace faultline::deploy {

void AddTargetFlags(CLI::App& verb, ReadOptions& options) {
  TargetOptions& target = options.target;
  verb.add_option("--server", target.server, "Ask a server (default: $FAULTLINE_SERVER)")->type_name("HOST:PORT");
  verb.add_option("--store", target.store, "Ask a store on this machine, read only (default: $FAULTLINE_STORE)")
      ->type_name("DIR");
  verb.add_option("--file", target.files, "Ask these files, keeping nothing; - is standard input")
      ->type_name("FILE...");
  verb.add_option("--rules", target.rules,
                  "Rule file or folder for --file; may be repeated (default: $FAULTLINE_RULES)")
      ->type_name("PATH")
      ->expected(1)
      ->allow_extra_args(false);  // what follows is a filter
  verb.add_option("--key-file", target.key_file, "Key of the user and device hashes (default: DIR.key)")
      ->type_name("FILE");
  verb.add_option("--timeout", target.timeout,
                  "Give up after this long, e.g. 10s (default: 30s for a server, else 10m)")
      ->type_name("TIME");
  verb.add_option("-o,--output", options.output.format,
                  "table, json or ndjson (default: table on a terminal, else ndjson)")
      ->type_name("FORMAT");
  verb.add_option("--color", options.output.color, "auto, always or never")->type_name("WHEN");
  verb.add_flag("-q,--quiet", options.output.quiet, "No line about the answer on standard error");
}

void AddTimeFlags(CLI::App& verb, ReadOptions& options) {
  verb.add_option("--since", options.time.since, "Start: 15m, 1h30m, 2d ago, or a time")->type_name("TIME");
  verb.add_option("--until", options.time.until, "End, excluded: as --since")->type_name("TIME");
}

void AddLimitFlag(CLI::App& verb, ReadOptions& options) {
  verb.add_option("-n,--limit", options.limit, "Rows at most; 0 means all (default: 50)")
      ->type_name("N")
      ->check(CLI::NonNegativeNumber);
}

absl::StatusOr<Reader> Reader::Open(const ReadOptions& options) {
  Reader reader;
  ASSIGN_OR_RETURN(reader.output, Output::Open(options.output));
  ASSIGN_OR_RETURN(reader.range, ResolveTimeRange(options.time, NowMicros()));
  ASSIGN_OR_RETURN(reader.target, Target::Open(options.target));
  reader.start_us = NowMicros();
  return reader;
}

std::string Reader::Elapsed() const { return FormatElapsed(NowMicros() - start_us); }

ExitCode ExitCodeOf(bool found, const faultline::v1::Completeness& completeness) {
  if (completeness.partial()) return kPartial;
  return found ? kFound : kNothingFound;
}

}  // namespace faultline::deploy
