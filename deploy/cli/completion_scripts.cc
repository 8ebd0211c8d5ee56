// The scripts list every verb and flag; words that are neither are files.
#include <algorithm>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "deploy/cli/command_tree.h"

namespace faultline::deploy {
namespace {

constexpr std::string_view kFormats = "table wide json ndjson csv template=";
constexpr std::string_view kColors = "auto always never";

// What a flag's value may be, where that is a short list.
std::string_view ValuesOf(const CommandFlag& flag) {
  if (flag.LongName() == "output" && flag.value == "FORMAT") return kFormats;
  if (flag.LongName() == "color") return kColors;
  return {};
}

std::string WordsOf(const Command& command) {
  std::vector<std::string> words;
  for (const Command& verb : command.verbs) words.push_back(verb.name);
  for (const CommandFlag& flag : command.flags) words.insert(words.end(), flag.names.begin(), flag.names.end());
  return absl::StrJoin(words, " ");
}

// Inside single quotes of a shell.
std::string Quoted(std::string_view text) { return absl::StrReplaceAll(std::string(text), {{"'", "'\\''"}}); }

// What _arguments and _describe of zsh would take for their own syntax.
std::string ForZsh(std::string_view text) {
  return Quoted(absl::StrReplaceAll(std::string(text), {{":", "\\:"}, {"[", "\\["}, {"]", "\\]"}}));
}

std::string ZshFlags(const Command& command, const std::string& indent) {
  std::string lines;
  for (const CommandFlag& flag : command.flags) {
    std::string action;
    if (!flag.value.empty()) {
      const std::string_view values = ValuesOf(flag);
      action = absl::StrCat(":", ForZsh(flag.value), ":",
                            values.empty() ? "_files" : absl::StrCat("(", std::string(values), ")"));
    }
    for (const std::string& name : flag.names) {
      absl::StrAppend(&lines, indent, "'", name, "[", ForZsh(flag.help), "]", action, "' \\\n");
    }
  }
  return lines;
}

std::string ZshVerbs(const Command& command, const std::string& indent) {
  std::string lines;
  for (const Command& verb : command.verbs)
    absl::StrAppend(&lines, indent, "'", verb.name, ":", ForZsh(verb.help), "'\n");
  return lines;
}

void AppendFish(const std::string& program, const std::string& condition, const Command& command, std::string& script) {
  for (const Command& verb : command.verbs) {
    absl::StrAppend(&script, "complete -c ", program, " -f -n '", condition, "' -a ", verb.name, " -d '",
                    Quoted(verb.help), "'\n");
  }
  for (const CommandFlag& flag : command.flags) {
    absl::StrAppend(&script, "complete -c ", program, " -n '", condition, "'");
    for (const std::string& name : flag.names) {
      absl::StrAppend(&script, name[1] == '-' ? " -l " : " -s ", name.substr(name[1] == '-' ? 2 : 1));
    }
    const std::string_view values = ValuesOf(flag);
    if (!flag.value.empty()) absl::StrAppend(&script, " -r");
    if (!values.empty()) absl::StrAppend(&script, " -f -a '", std::string(values), "'");
    absl::StrAppend(&script, " -d '", Quoted(flag.help), "'\n");
  }
}

// True when the first word is `verb` ("" for none yet) and the second `below`, which
// is only looked at where there are verbs beneath.
std::string FishCondition(const std::string& verb, const Command* of = nullptr, const std::string& below = "") {
  std::string condition = absl::StrCat("test \"$(__faultline_word 2)\" = \"", verb, "\"");
  if (of != nullptr && !of->verbs.empty()) {
    absl::StrAppend(&condition, "; and test \"$(__faultline_word 3)\" = \"", below, "\"");
  }
  return condition;
}

}  // namespace

std::string CommandFlag::LongName() const {
  const auto longest =
      std::max_element(names.begin(), names.end(), [](const auto& a, const auto& b) { return a.size() < b.size(); });
  return longest == names.end() ? "" : longest->substr(longest->find_first_not_of('-'));
}

std::string BashCompletion(const Command& program) {
  std::string cases = absl::StrCat("    '') echo '", WordsOf(program), "' ;;\n");
  for (const Command& verb : program.verbs) {
    absl::StrAppend(&cases, "    '", verb.name, "') echo '", WordsOf(verb), "' ;;\n");
    for (const Command& below : verb.verbs) {
      absl::StrAppend(&cases, "    '", verb.name, " ", below.name, "') echo '", WordsOf(below), "' ;;\n");
    }
  }
  // A second word may be a verb or an argument of the first.
  return absl::StrReplaceAll(
      R"(# bash completion of PROGRAM: source this, or keep it as /usr/share/bash-completion/completions/PROGRAM
_PROGRAM_words() {
  case $1 in
CASES    *) return 1 ;;
  esac
}
_PROGRAM() {
  local word words first='' both='' previous=${COMP_WORDS[COMP_CWORD-1]} current=${COMP_WORDS[COMP_CWORD]}
  case $previous in
    -o|--output) words='FORMATS' ;;
    --color) words='COLORS' ;;
    *)
      for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
        [[ $word == -* ]] && break
        if [[ -z $first ]]; then first=$word; else both="$first $word"; break; fi
      done
      words=$(_PROGRAM_words "${both:-$first}" || _PROGRAM_words "$first") ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _PROGRAM PROGRAM
)",
      {{"PROGRAM", program.name},
       {"CASES", cases},
       {"FORMATS", std::string(kFormats)},
       {"COLORS", std::string(kColors)}});
}

std::string ZshCompletion(const Command& program) {
  std::string script = absl::StrCat("#compdef ", program.name, "\n# keep this as _", program.name,
                                    " in a folder of $fpath\n_", program.name, "() {\n  local -a verbs\n",
                                    "  if (( CURRENT == 2 )); then\n    verbs=(\n", ZshVerbs(program, "      "),
                                    "    )\n    _describe verb verbs\n    return\n  fi\n  case $words[2] in\n");
  for (const Command& verb : program.verbs) {
    absl::StrAppend(&script, "    ", verb.name, ")\n");
    if (!verb.verbs.empty()) {
      absl::StrAppend(&script, "      if (( CURRENT == 3 )); then\n        verbs=(\n", ZshVerbs(verb, "          "),
                      "        )\n        _describe verb verbs\n        return\n      fi\n      case $words[3] in\n");
      for (const Command& below : verb.verbs) {
        absl::StrAppend(&script, "        ", below.name, ") _arguments \\\n", ZshFlags(below, "            "),
                        "            '*:file:_files' ;;\n");
      }
      absl::StrAppend(&script, "      esac ;;\n");
    } else {
      absl::StrAppend(&script, "      _arguments \\\n", ZshFlags(verb, "        "), "        '*:file:_files' ;;\n");
    }
  }
  absl::StrAppend(&script, "  esac\n}\n_", program.name, " \"$@\"\n");
  return script;
}

std::string FishCompletion(const Command& program) {
  std::string script = absl::StrReplaceAll(R"(# keep this as ~/.config/fish/completions/PROGRAM.fish
function __faultline_word
  set -l words (commandline -opc)
  string match -v -- '-*' $words[$argv[1]]
end
)",
                                           {{"PROGRAM", program.name}});
  AppendFish(program.name, FishCondition(""), program, script);
  for (const Command& verb : program.verbs) {
    AppendFish(program.name, FishCondition(verb.name, &verb), verb, script);
    for (const Command& below : verb.verbs) {
      AppendFish(program.name, FishCondition(verb.name, &verb, below.name), below, script);
    }
  }
  return script;
}

}  // namespace faultline::deploy
