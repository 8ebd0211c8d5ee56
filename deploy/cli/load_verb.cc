#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "base/status_macros.h"
#include "deploy/cli/loader.h"
#include "deploy/cli/output.h"
#include "deploy/cli/progress_bar.h"
#include "deploy/cli/target.h"
#include "deploy/cli/verbs.h"
#include "fmt/format.h"

namespace faultline::deploy {
namespace {

struct LoadVerbOptions {
  std::string store;
  std::string key_file;
  bool quiet = false;
  LoadOptions load;
};

std::string Summary(const LoadResult& result, const store::Store::Size& size) {
  const double seconds = static_cast<double>(std::max<int64_t>(result.elapsed_us, 1)) / 1e6;
  std::string line = fmt::format(
      "{} records: {} events, {} attempts, {} dead letters, {} repeats; {} events/s", WithThousands(result.records),
      WithThousands(result.events), WithThousands(result.attempts), WithThousands(result.dead_letters),
      WithThousands(result.repeats), WithThousands(static_cast<int64_t>(static_cast<double>(result.events) / seconds)));
  if (size.events > 0) {
    line +=
        fmt::format("; {:.1f} bytes/event", static_cast<double>(size.disk_bytes) / static_cast<double>(size.events));
  }
  return line;
}

absl::StatusOr<ExitCode> RunLoad(LoadVerbOptions options) {
  if (const char* store = std::getenv("FAULTLINE_STORE"); options.store.empty() && store != nullptr) {
    options.store = store;
  }
  if (options.store.empty()) {
    return absl::InvalidArgumentError("where to? pass --store DIR, or set FAULTLINE_STORE");
  }
  if (options.load.records && options.load.follow) {
    return absl::InvalidArgumentError("captured records do not grow; leave out --follow or --records");
  }
  if (options.load.writer.max_signatures < 1 || options.load.writer.max_values < 1) {
    return absl::InvalidArgumentError("--max-signatures and --max-values: must be at least 1");
  }
  ASSIGN_OR_RETURN(
      const Pseudonyms pseudonyms,
      Pseudonyms::LoadOrCreate(options.key_file.empty() ? DefaultKeyFile(options.store) : options.key_file));
  store::StoreOptions store_options;
  store_options.path = options.store;
  ASSIGN_OR_RETURN(const std::unique_ptr<store::Store> store, store::Store::Open(store_options));
  ProgressBar bar(!options.quiet && isatty(STDERR_FILENO) == 1);
  const absl::StatusOr<LoadResult> result =
      LoadFiles(options.load, *store, pseudonyms, [&bar](const LoadProgress& progress) { bar.Update(progress); });
  bar.Clear();
  RETURN_IF_ERROR(result.status());
  if (result->events > 0) RETURN_IF_ERROR(store->Settle());
  ASSIGN_OR_RETURN(const store::Store::Size size, store->MeasureSize());
  RETURN_IF_ERROR(store->Close());
  if (!options.quiet) fmt::print("{}\n", Summary(*result, size));
  // To stop is how following ends.
  return result->interrupted && !options.load.follow ? kInterrupted : kFound;
}

}  // namespace

void AddLoadVerb(const Verb& program, Action& action) {
  auto options = std::make_shared<LoadVerbOptions>();
  const Verb verb = program.Sub("load", "Put log files into a store; a file that was loaded before changes nothing");
  verb.Arguments("FILE", options->load.files, "Plain, gzip or zstd; - is standard input", Verb::Need::kRequired);
  verb.Flag("--store", options->store, "DIR", "Folder of the store; made if need be (default: $FAULTLINE_STORE)");
  verb.RepeatedFlag("--rules", options->load.rules, "PATH", "Rule file or folder (default: $FAULTLINE_RULES)");
  verb.Flag("--key-file", options->key_file, "FILE",
            "Key of the user and device hashes, made if need be (default: DIR.key)");
  verb.Switch("--follow", options->load.follow, "Go on when the files grow or are rotated");
  verb.Switch("--spans", options->load.all_spans, "Take OTLP spans that did not fail too: evidence for suspects");
  verb.Switch("--records", options->load.records, "The files hold captured Kafka records, one JSON object a line");
  verb.Number("--max-signatures", options->load.writer.max_signatures, "N",
              "Kinds of messages the store may know; later ones count as one (default: 1000000)");
  verb.Number("--max-values", options->load.writer.max_values, "N",
              "The same for services, hosts, ... each (default: 100000)");
  verb.Switch("-q,--quiet", options->quiet, "No progress bar and no summary");
  verb.Does(action, [options] { return RunLoad(*options); });
}

}  // namespace faultline::deploy
