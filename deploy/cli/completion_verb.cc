#include <cstdio>
#include <string>

#include "base/build_version.h"
#include "deploy/cli/command_tree.h"
#include "deploy/cli/verbs.h"
#include "fmt/format.h"

namespace faultline::deploy {
namespace {

absl::StatusOr<ExitCode> RunCompletion(const Verb& program, const std::string& shell) {
  const Command tree = program.Describe();
  if (shell == "bash") {
    fmt::print("{}", BashCompletion(tree));
  } else if (shell == "zsh") {
    fmt::print("{}", ZshCompletion(tree));
  } else if (shell == "fish") {
    fmt::print("{}", FishCompletion(tree));
  } else {
    return absl::InvalidArgumentError("completion for \"" + shell + "\": there is bash, zsh and fish");
  }
  return kFound;
}

}  // namespace

void AddCompletionVerb(const Verb& program, Action& action) {
  auto shell = std::make_shared<std::string>();
  const Verb completion = program.Sub("completion", "Print a script that makes a shell complete verbs and flags");
  completion.Argument("SHELL", *shell, "bash, zsh or fish", Verb::Need::kRequired);
  completion.Does(action, [program, shell] { return RunCompletion(program, *shell); });

  const Verb manual = program.Sub("manual", "Print the manual page, for man -l - and packages");
  manual.Does(action, [program]() -> absl::StatusOr<ExitCode> {
    fmt::print("{}", ManualPage(program.Describe(), std::string(Version())));
    return kFound;
  });
}

}  // namespace faultline::deploy
