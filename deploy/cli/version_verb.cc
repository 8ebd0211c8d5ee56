#include "base/build_version.h"
#include "deploy/cli/verbs.h"
#include "fmt/format.h"

namespace faultline::deploy {

void AddVersionVerb(const Verb& program, Action& action) {
  program.Sub("version", "What this program was built from").Does(action, []() -> absl::StatusOr<ExitCode> {
    fmt::print("faultline {} {} ({})\n", Version(), BuildCommit(), BuildDetails());
    return kFound;
  });
}

}  // namespace faultline::deploy
