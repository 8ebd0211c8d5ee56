// A line of a log cut into fixed text and what looks variable, for proposing
// rules. Speed does not matter here.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::ingest {

enum class PieceKind : uint8_t {
  kText,   // stays as it is
  kTime,   // "2026-11-24 15:00:00,123", "24/Nov/2026:15:00:00 +0000"
  kLevel,  // "ERROR", "[warn]" without the brackets
  kIp,     // an address, or <ip>
  kUuid,
  kHex,     // "0x1f", or eight and more hex digits with a digit and a letter among them
  kNumber,  // "7", "-0.25"
  kPath,    // "/srv/chat/inbox"
  kQuoted,  // what stands in quotes
  kWord,    // anything without blanks: values behind "=", private data, words that differ between lines
};

struct LinePiece {
  PieceKind kind = PieceKind::kText;
  std::string text;
  std::string key;  // of "key=value"; empty where there is none

  bool operator==(const LinePiece& other) const {
    return kind == other.kind && key == other.key && (kind != PieceKind::kText || text == other.text);
  }
};

// Concatenating the texts gives `line` back. Words of fixed text are pieces of
// their own, so that lines can be compared word by word.
std::vector<LinePiece> CutLine(std::string_view line);
// The RE2 pattern of what a piece of that kind may be.
std::string PatternOf(const LinePiece& piece);

}  // namespace faultline::ingest
