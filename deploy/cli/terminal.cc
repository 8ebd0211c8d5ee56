#include "deploy/cli/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <array>
#include <cstdlib>

namespace faultline::deploy {
namespace {

bool IsSet(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr && *value != '\0';
}

bool WantsColor(bool is_terminal) {
  if (IsSet("NO_COLOR")) return false;
  if (IsSet("CLICOLOR_FORCE") && std::string_view(std::getenv("CLICOLOR_FORCE")) != "0") return true;
  return is_terminal;
}

std::string Wrapped(std::string_view code, std::string_view text) {
  return "\x1b[" + std::string(code) + "m" + std::string(text) + "\x1b[0m";
}

bool IsContinuation(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

}  // namespace

absl::StatusOr<Terminal> DetectTerminal(int fd, std::string_view color) {
  Terminal terminal;
  terminal.is_terminal = isatty(fd) == 1;
  if (color == "auto") {
    terminal.color = WantsColor(terminal.is_terminal);
  } else if (color == "always" || color == "never") {
    terminal.color = color == "always";
  } else {
    return absl::InvalidArgumentError("--color is \"" + std::string(color) + "\"; it may be auto, always or never");
  }
  if (terminal.is_terminal) {
    winsize size{};
    terminal.width = ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
  }
  return terminal;
}

std::string Styled(const Terminal& terminal, Style style, std::string_view text) {
  if (!terminal.color || style == Style::kPlain || text.empty()) return std::string(text);
  return Wrapped(style == Style::kBold ? "1" : style == Style::kDim ? "2" : "31", text);
}

std::string StyledService(const Terminal& terminal, std::string_view service) {
  return StyledService(terminal, service, service);
}

std::string StyledService(const Terminal& terminal, std::string_view service, std::string_view shown) {
  if (!terminal.color || shown.empty()) return std::string(shown);
  static constexpr std::array<std::string_view, 8> kColors = {"32", "33", "34", "35", "36", "92", "94", "96"};
  // FNV-1a: the colour must not change between builds, as std::hash may.
  uint32_t hash = 2166136261U;
  for (const char c : service) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
  return Wrapped(kColors[hash % kColors.size()], shown);
}

size_t DisplayWidth(std::string_view text) {
  size_t width = 0;
  for (const char c : text) width += IsContinuation(c) ? 0 : 1;
  return width;
}

std::string CutToWidth(std::string_view text, size_t width) {
  if (DisplayWidth(text) <= width) return std::string(text);
  if (width == 0) return "";
  size_t end = 0;
  for (size_t shown = 0; end < text.size(); ++end) {
    if (IsContinuation(text[end])) continue;
    if (++shown == width) break;
  }
  return std::string(text.substr(0, end)) + "…";
}

}  // namespace faultline::deploy
