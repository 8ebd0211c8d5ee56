#include "ingest/shipper_escapes.h"

namespace faultline::ingest {
namespace {

bool IsOctal(char c) { return c >= '0' && c <= '7'; }

// The control character that "#ooo" at `at` stands for, or -1.
int OctalAt(std::string_view text, size_t at) {
  if (at + 4 > text.size() || !IsOctal(text[at + 1]) || !IsOctal(text[at + 2]) || !IsOctal(text[at + 3])) return -1;
  const int value = (text[at + 1] - '0') * 64 + (text[at + 2] - '0') * 8 + (text[at + 3] - '0');
  return value < 0x20 || value == 0x7f ? value : -1;
}

}  // namespace

std::string_view UndoOctalEscapes(std::string_view text, Arena& arena) {
  size_t at = text.find('#');
  while (at != std::string_view::npos && OctalAt(text, at) < 0) at = text.find('#', at + 1);
  if (at == std::string_view::npos) return text;
  char* to = arena.Allocate(text.size());
  size_t size = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const int control = text[i] == '#' ? OctalAt(text, i) : -1;
    to[size++] = control < 0 ? text[i] : static_cast<char>(control);
    if (control >= 0) i += 3;
  }
  return {to, size};
}

std::string_view UndoNewlineEscapes(std::string_view text, Arena& arena) {
  // "C:\\new" is no line break: only what looks like the lines of a stack is.
  const bool has_lines = text.find("\\n  ") != std::string_view::npos ||
                         text.find("\\n\\t") != std::string_view::npos ||
                         text.find("\\nTraceback") != std::string_view::npos;
  if (!has_lines) return text;
  char* to = arena.Allocate(text.size());
  size_t size = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const char next = text[i] == '\\' && i + 1 < text.size() ? text[i + 1] : '\0';
    const bool escape = next == 'n' || next == 't';
    to[size++] = next == 'n' ? '\n' : next == 't' ? '\t' : text[i];
    if (escape) ++i;
  }
  return {to, size};
}

}  // namespace faultline::ingest
