// The manual page: what the help says, in one piece.
#include <string_view>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "deploy/cli/command_tree.h"

namespace faultline::deploy {
namespace {

// Text that roff takes for text alone.
std::string Roff(std::string_view text) {
  std::string safe = absl::StrReplaceAll(std::string(text), {{"\\", "\\e"}, {"-", "\\-"}, {"\n", "\n.br\n"}});
  if (!safe.empty() && (safe[0] == '.' || safe[0] == '\'')) safe.insert(0, "\\&");
  return safe;
}

void AppendFlags(const Command& command, std::string& page) {
  for (const CommandFlag& flag : command.flags) {
    absl::StrAppend(&page, ".TP\n\\fB", Roff(absl::StrJoin(flag.names, ", ")), "\\fR",
                    flag.value.empty() ? "" : absl::StrCat(" \\fI", Roff(flag.value), "\\fR"), "\n", Roff(flag.help),
                    "\n");
  }
}

void AppendVerb(const std::string& path, const Command& command, std::string& page) {
  absl::StrAppend(&page, ".SS ", Roff(path));
  for (const std::string& argument : command.arguments) absl::StrAppend(&page, " \\fI", Roff(argument), "\\fR");
  absl::StrAppend(&page, "\n", Roff(command.help), ".\n");
  AppendFlags(command, page);
  for (const Command& below : command.verbs) AppendVerb(path + " " + below.name, below, page);
}

}  // namespace

std::string ManualPage(const Command& program, const std::string& version) {
  std::string page =
      absl::StrCat(".TH FAULTLINE 1 \"\" \"faultline ", Roff(version),
                   "\" \"User Commands\"\n"
                   ".SH NAME\nfaultline \\- find which server failures go with which client failures\n"
                   ".SH SYNOPSIS\n\\fBfaultline\\fR \\fIVERB\\fR [\\fIARGUMENT\\fR...] [\\fIFLAG\\fR...]\n"
                   ".SH DESCRIPTION\n");
  absl::StrAppend(&page, Roff(program.help), "\n.SH VERBS\n");
  for (const Command& verb : program.verbs) AppendVerb(verb.name, verb, page);
  absl::StrAppend(&page,
                  ".SH ENVIRONMENT\n"
                  ".TP\n\\fBFAULTLINE_SERVER\\fR, \\fBFAULTLINE_STORE\\fR\nWhom read verbs ask where no flag says so.\n"
                  ".TP\n\\fBFAULTLINE_PROFILE\\fR, \\fBFAULTLINE_CONFIG\\fR\nThe profile, and the file that holds it.\n"
                  ".TP\n\\fBFAULTLINE_RULES\\fR\nRule files and folders for \\-\\-file and load, separated by colons.\n"
                  ".TP\n\\fBFAULTLINE_PAGER\\fR, \\fBPAGER\\fR\nThe pager for tables on a terminal.\n"
                  ".TP\n\\fBNO_COLOR\\fR, \\fBCLICOLOR_FORCE\\fR\nNo colours, or colours in a pipe.\n"
                  ".SH FILES\n.TP\n\\fI~/.config/faultline/config.yaml\\fR\nProfiles.\n"
                  ".SH SEE ALSO\n\\fBfaultlined\\fR(8)\n");
  return page;
}

}  // namespace faultline::deploy
