#include <CLI/CLI.hpp>
#include <optional>
#include <string>

#include "base/status_macros.h"
#include "base/timestamp.h"
#include "deploy/cli/verbs.h"
#include "deploy/sample/generator.h"
#include "fmt/format.h"

namespace faultline::deploy {
namespace {

struct SampleVerbOptions {
  SampleOptions sample;
  std::string start;
  std::string out;
};

absl::StatusOr<ExitCode> RunSample(SampleVerbOptions options) {
  if (!options.start.empty()) {
    const std::optional<int64_t> start_us = ParseTime(options.start);
    if (!start_us) {
      return absl::InvalidArgumentError("--start is \"" + options.start + "\"; write 2026-11-24T15:00:00Z");
    }
    options.sample.start_us = *start_us;
  }
  ASSIGN_OR_RETURN(const SampleSummary summary, WriteSample(options.sample, options.out));
  for (const SampleSummary::File& file : summary.files)
    fmt::print("{}: {} records\n", file.path, WithThousands(file.records));
  return kFound;
}

}  // namespace

void AddSampleVerb(CLI::App& app, Action& action) {
  auto options = std::make_shared<SampleVerbOptions>();
  CLI::App* verb = app.add_subcommand("sample", "Write sample logs of a messaging service, to try things with");
  verb->add_option("--seed", options->sample.seed, "The same seed gives the same story (default: 1)")->type_name("N");
  verb->add_option("--minutes", options->sample.minutes, "1 .. 1440 (default: 30)")->type_name("M");
  verb->add_option("--start", options->start, "Time of the first minute (default: so that the last ends now)")
      ->type_name("TIME");
  verb->add_option("--out", options->out, "Folder to write to; made if need be")->type_name("DIR")->required();
  verb->callback([options, &action] { action = [options] { return RunSample(*options); }; });
}

}  // namespace faultline::deploy
