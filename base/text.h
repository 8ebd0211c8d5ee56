// Text of strangers, made safe: repair first, then sanitise, at the entrance
// and again before a terminal.
#pragma once

#include <string>
#include <string_view>

#include "base/arena.h"

namespace faultline {

// Whether `text` is well-formed UTF-8 (no overlong forms, no surrogates).
bool IsUtf8(std::string_view text);
// Whether `text` is printable ASCII, \t and \n alone: neither of the next two changes it.
bool IsPlainText(std::string_view text);
// Returns `text` itself when it is UTF-8, else a copy in `arena` with each
// maximal ill-formed sequence replaced by U+FFFD (Unicode 15, §3.9).
std::string_view RepairUtf8(std::string_view text, Arena& arena);
// Takes control characters out of repaired text: C0 but \t and \n, DEL, C1,
// bidirectional overrides and isolates, zero-width and tag characters become
// U+FFFD; \r\n becomes \n. The store's own marks (\x01 …) can thus not be
// forged. Returns `text` itself when it holds none.
std::string_view SanitiseText(std::string_view text, Arena& arena);
// For one terminal line: as SanitiseText, and \t and \n become spaces. Invalid
// UTF-8 is repaired. Allowed out: printable characters and the blank.
std::string TerminalLine(std::string_view text);
// The same, but keeps \n (and \t as a blank), for multi-line output.
std::string TerminalText(std::string_view text);
// At most `limit` bytes of `text`, cut at a character boundary.
std::string_view CutUtf8(std::string_view text, size_t limit);

}  // namespace faultline
