// The command line as data: verbs, their flags and what the help says of them,
// for shells that complete it and for the manual page.
#pragma once

#include <string>
#include <vector>

namespace faultline::deploy {

struct CommandFlag {
  std::vector<std::string> names;  // "-o", "--output"
  std::string value;               // "FORMAT"; empty for a switch
  std::string help;

  // The longest name, without dashes.
  std::string LongName() const;
};

struct Command {
  std::string name;
  std::string help;
  std::vector<std::string> arguments;  // "FILE"
  std::vector<CommandFlag> flags;
  std::vector<Command> verbs;  // beneath this one
};

// Scripts that make bash, zsh and fish complete `program`; verbs may have verbs
// beneath them, one level deep.
std::string BashCompletion(const Command& program);
std::string ZshCompletion(const Command& program);
std::string FishCompletion(const Command& program);
// A page of section 1 in the language of man(7).
std::string ManualPage(const Command& program, const std::string& version);

}  // namespace faultline::deploy
