#include <algorithm>
#include <limits>
#include <memory>
#include <optional>
#include <string>

#include "base/status_macros.h"
#include "base/timestamp.h"
#include "deploy/cli/output.h"
#include "deploy/cli/verbs.h"
#include "deploy/sample/generator.h"
#include "fmt/format.h"

namespace faultline::deploy {
namespace {

struct SampleVerbOptions {
  int64_t seed = 1;
  int64_t minutes = 30;
  std::string start;
  std::string out;
};

absl::StatusOr<ExitCode> RunSample(const SampleVerbOptions& options) {
  SampleOptions sample;
  sample.seed = static_cast<uint64_t>(options.seed);
  sample.minutes = static_cast<int>(std::min<int64_t>(options.minutes, std::numeric_limits<int>::max()));
  if (!options.start.empty()) {
    const std::optional<int64_t> start_us = ParseTime(options.start);
    if (!start_us) {
      return absl::InvalidArgumentError("--start is \"" + options.start + "\"; write 2026-11-24T15:00:00Z");
    }
    sample.start_us = *start_us;
  }
  ASSIGN_OR_RETURN(const SampleSummary summary, WriteSample(sample, options.out));
  for (const SampleSummary::File& file : summary.files)
    fmt::print("{}: {} records\n", file.path, WithThousands(file.records));
  return kFound;
}

}  // namespace

void AddSampleVerb(const Verb& program, Action& action) {
  auto options = std::make_shared<SampleVerbOptions>();
  const Verb verb = program.Sub("sample", "Write sample logs of a messaging service, to try things with");
  verb.Number("--seed", options->seed, "N", "The same seed gives the same story (default: 1)");
  verb.Number("--minutes", options->minutes, "M", "1 .. 1440 (default: 30)");
  verb.Flag("--start", options->start, "TIME", "Time of the first minute (default: so that the last ends now)");
  verb.Flag("--out", options->out, "DIR", "Folder to write to; made if need be", Verb::Need::kRequired);
  verb.Does(action, [options] { return RunSample(*options); });
}

}  // namespace faultline::deploy
