// What standard output can show: colours, width; and the colour rules.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace faultline::deploy {

struct Terminal {
  bool is_terminal = false;
  bool color = false;
  int width = 0;  // columns; 0 means not limited: nothing is cut
};

// `color` is "auto", "always" or "never". With "auto", NO_COLOR (not empty)
// turns colours off, else CLICOLOR_FORCE (not empty, not "0") turns them on,
// else a terminal has them. Errors: InvalidArgument for another word.
absl::StatusOr<Terminal> DetectTerminal(int fd, std::string_view color);

enum class Style {
  kPlain,
  kBold,
  kDim,
  kError,  // red, for severity alone
};
// `text` in the style's escape codes, or as it is without colours.
std::string Styled(const Terminal& terminal, Style style, std::string_view text);
// One colour for each service, the same in every run; never red.
std::string StyledService(const Terminal& terminal, std::string_view service);
// What Styled and StyledService say of text padded beforehand.
std::string StyledService(const Terminal& terminal, std::string_view service, std::string_view shown);

// Columns that UTF-8 text takes, one for each character.
size_t DisplayWidth(std::string_view text);
// At most `width` columns; a longer text ends in "…".
std::string CutToWidth(std::string_view text, size_t width);

}  // namespace faultline::deploy
