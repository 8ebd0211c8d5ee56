#include "deploy/cli/verb.h"

#include <CLI/CLI.hpp>
#include <utility>

namespace faultline::deploy {
namespace {

// Names as on the command line: "-o", "--output".
std::vector<std::string> NamesOf(const CLI::Option& option) {
  std::vector<std::string> names;
  for (const std::string& name : option.get_snames()) names.push_back("-" + name);
  for (const std::string& name : option.get_lnames()) names.push_back("--" + name);
  return names;
}

Command DescribeApp(const CLI::App& app) {
  Command command{app.get_name(), app.get_description(), {}, {}, {}};
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_positional()) {
      command.arguments.push_back(option->get_name(true));
    } else {
      const std::string value = option->get_items_expected_max() == 0 ? "" : option->get_type_name();
      command.flags.push_back({NamesOf(*option), value, option->get_description()});
    }
  }
  for (const CLI::App* verb : app.get_subcommands(nullptr)) command.verbs.push_back(DescribeApp(*verb));
  return command;
}

}  // namespace

Verb Verb::Sub(const std::string& name, const std::string& help) const {
  return Verb(*app_->add_subcommand(name, help));
}

void Verb::RequireSub() const { app_->require_subcommand(1); }

bool Verb::chosen() const { return app_->parsed(); }

void Verb::Argument(const std::string& name, std::string& value, const std::string& help, Need need) const {
  app_->add_option(name, value, help)->required(need == Need::kRequired);
}

void Verb::Arguments(const std::string& name, std::vector<std::string>& values, const std::string& help,
                     Need need) const {
  app_->add_option(name, values, help)->required(need == Need::kRequired);
}

void Verb::Flag(const std::string& names, std::string& value, const std::string& type, const std::string& help,
                Need need) const {
  app_->add_option(names, value, help)->type_name(type)->required(need == Need::kRequired);
}

void Verb::Number(const std::string& names, int64_t& value, const std::string& type, const std::string& help) const {
  app_->add_option(names, value, help)->type_name(type)->check(CLI::NonNegativeNumber);
}

void Verb::RepeatedFlag(const std::string& names, std::vector<std::string>& values, const std::string& type,
                        const std::string& help) const {
  app_->add_option(names, values, help)
      ->type_name(type)
      ->expected(1)
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

void Verb::ListFlag(const std::string& names, std::vector<std::string>& values, const std::string& type,
                    const std::string& help) const {
  app_->add_option(names, values, help)->type_name(type);
}

void Verb::Switch(const std::string& names, bool& value, const std::string& help) const {
  app_->add_flag(names, value, help);
}

Command Verb::Describe() const { return DescribeApp(*app_); }

void Verb::Does(Action& action, Action run) const {
  app_->callback([app = app_, &action, run = std::move(run)] {
    if (app->get_subcommands().empty()) action = run;
  });
}

}  // namespace faultline::deploy
