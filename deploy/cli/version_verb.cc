#include <CLI/CLI.hpp>

#include "base/build_version.h"
#include "deploy/cli/verbs.h"
#include "fmt/format.h"

namespace faultline::deploy {

void AddVersionVerb(CLI::App& app, Action& action) {
  app.add_subcommand("version", "What this program was built from")->callback([&action] {
    action = []() -> absl::StatusOr<ExitCode> {
      fmt::print("faultline {} {} ({})\n", Version(), BuildCommit(), BuildDetails());
      return kFound;
    };
  });
}

}  // namespace faultline::deploy
