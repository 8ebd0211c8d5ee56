// One verb of the command line: its flags, its place in the help, what it
// does. Keeps the argument parser, which is costly to compile, in one file.
//
// What is passed by reference must outlive the parsing.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "deploy/cli/command_tree.h"
#include "deploy/cli/exit_code.h"

namespace CLI {
class App;
}

namespace faultline::deploy {

// What a verb does once the command line has been read.
using Action = std::function<absl::StatusOr<ExitCode>()>;

class Verb {
 public:
  // The program itself, or a verb of it. `app` must outlive it.
  explicit Verb(CLI::App& app) : app_(&app) {}

  // Adds a verb beneath this one.
  Verb Sub(const std::string& name, const std::string& help) const;
  // One of the verbs beneath must be given.
  void RequireSub() const;
  bool chosen() const;

  enum class Need : uint8_t { kOptional, kRequired };
  void Argument(const std::string& name, std::string& value, const std::string& help,
                Need need = Need::kOptional) const;
  void Arguments(const std::string& name, std::vector<std::string>& values, const std::string& help,
                 Need need = Need::kOptional) const;
  // `names` as "-n,--limit"; `type` is what the help shows for the value.
  void Flag(const std::string& names, std::string& value, const std::string& type, const std::string& help,
            Need need = Need::kOptional) const;
  // A whole number, 0 or more.
  void Number(const std::string& names, int64_t& value, const std::string& type, const std::string& help) const;
  // Takes one value, and may be given again.
  void RepeatedFlag(const std::string& names, std::vector<std::string>& values, const std::string& type,
                    const std::string& help) const;
  // Takes all values up to the next flag.
  void ListFlag(const std::string& names, std::vector<std::string>& values, const std::string& type,
                const std::string& help) const;
  void Switch(const std::string& names, bool& value, const std::string& help) const;
  // The verb as data, with what lies beneath it.
  Command Describe() const;
  // Makes `run` the program's action when this verb was chosen, and none beneath it.
  void Does(Action& action, Action run) const;

 private:
  CLI::App* app_;
};

}  // namespace faultline::deploy
