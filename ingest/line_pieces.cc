#include "ingest/line_pieces.h"

#include <re2/re2.h>

#include <cctype>

#include "ingest/severity.h"

namespace faultline::ingest {
namespace {

constexpr char kIsoTime[] = R"(\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?: ?(?:Z|UTC|[+-]\d\d:?\d\d))?)";
constexpr char kClfTime[] = R"(\d\d/[A-Z][a-z][a-z]/\d{4}:\d\d:\d\d:\d\d(?:\.\d+)?(?: [+-]\d{4})?)";
constexpr char kIp[] = R"((?:<ip>|\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}|[0-9a-fA-F]*:[0-9a-fA-F:]*:[0-9a-fA-F.]*))";
constexpr char kUuid[] = R"([0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12})";
constexpr char kHex[] = R"((?:0x)?[0-9a-fA-F]+)";
constexpr char kNumber[] = R"(-?\d+(?:\.\d+)?)";
constexpr char kPath[] = R"(/[^\s,;:()\[\]"'<>]*)";
constexpr char kWord[] = R"([^\s,;()\[\]"']+)";

bool IsWordByte(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return std::isalnum(byte) != 0 || c == '_' || byte >= 0x80;
}

// What of `rest` a pattern takes at its start.
size_t Length(const RE2& pattern, std::string_view rest) {
  re2::StringPiece found;
  const re2::StringPiece text(rest.data(), rest.size());
  return pattern.Match(text, 0, text.size(), RE2::ANCHOR_START, &found, 1) ? found.size() : 0;
}

// A match counts when no word goes on behind it.
size_t WholeLength(const RE2& pattern, std::string_view rest) {
  const size_t size = Length(pattern, rest);
  return size < rest.size() && IsWordByte(rest[size]) ? 0 : size;
}

struct Shape {
  PieceKind kind;
  const RE2* pattern;
};

const std::vector<Shape>& Shapes() {
  static const std::vector<Shape>& shapes = *new std::vector<Shape>{
      {PieceKind::kTime, new RE2(kIsoTime)},
      {PieceKind::kTime, new RE2(kClfTime)},
      {PieceKind::kUuid, new RE2(kUuid)},
      {PieceKind::kIp,
       new RE2(R"(<ip>|\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}|[0-9a-fA-F]{1,4}(?::[0-9a-fA-F]{0,4}){3,7})")},
      {PieceKind::kHex, new RE2(R"(0x[0-9a-fA-F]+)")},
      {PieceKind::kNumber, new RE2(kNumber)},
      {PieceKind::kPath, new RE2(R"(/[^\s,;:()\[\]"'<>]+)")},
      {PieceKind::kWord, new RE2(R"(<(?:email|phone|token|card|imei|coordinates|redacted)>)")}};
  return shapes;
}

bool IsHexWord(std::string_view word) {
  bool digit = false, letter = false;
  for (const char c : word) {
    if (std::isxdigit(static_cast<unsigned char>(c)) == 0) return false;
    (std::isdigit(static_cast<unsigned char>(c)) != 0 ? digit : letter) = true;
  }
  return word.size() >= 8 && digit && letter;
}

bool IsLevelWord(std::string_view word, char before) {
  if (word.size() < 4 || SeverityFromText(word) == 0) return word == "ERR";
  bool upper = true;
  for (const char c : word) upper &= c >= 'A' && c <= 'Z';
  return upper || before == '[';
}

LinePiece WordPiece(std::string_view word, char before) {
  PieceKind kind = PieceKind::kText;
  bool digit = false;
  for (const char c : word) digit |= std::isdigit(static_cast<unsigned char>(c)) != 0;
  if (IsHexWord(word)) {
    kind = PieceKind::kHex;
  } else if (IsLevelWord(word, before)) {
    kind = PieceKind::kLevel;
  } else if (digit) {
    kind = PieceKind::kWord;  // "node7", "7ms"
  }
  return {kind, std::string(word), ""};
}

// The piece that begins `rest`, whose byte before it is `before`.
LinePiece NextPiece(std::string_view rest, char before, bool in_quotes) {
  if (in_quotes) {
    const size_t end = rest.find('"');
    if (end != std::string_view::npos && end > 0) return {PieceKind::kQuoted, std::string(rest.substr(0, end)), ""};
  }
  if (!IsWordByte(before)) {
    for (const Shape& shape : Shapes()) {
      const size_t size = WholeLength(*shape.pattern, rest);
      if (size > 0) return {shape.kind, std::string(rest.substr(0, size)), ""};
    }
  }
  size_t end = 0;
  while (end < rest.size() && IsWordByte(rest[end])) ++end;
  if (end > 0) return WordPiece(rest.substr(0, end), before);
  return {PieceKind::kText, std::string(rest.substr(0, 1)), ""};
}

// The value of "key=value" is variable, whatever it looks like.
void ReadKeys(std::vector<LinePiece>& pieces) {
  for (size_t i = 2; i < pieces.size(); ++i) {
    if (pieces[i - 1].text != "=" || pieces[i - 2].kind != PieceKind::kText) continue;
    if (!IsWordByte(pieces[i - 2].text.front())) continue;
    LinePiece& value = pieces[i];
    if (value.kind == PieceKind::kText && !IsWordByte(value.text.front())) continue;
    if (value.kind == PieceKind::kText) value.kind = PieceKind::kWord;
    value.key = pieces[i - 2].text;
  }
}

// As RE2::QuoteMeta, but only what means something in a pattern, so that people can read it.
std::string Quoted(std::string_view text) {
  std::string quoted;
  for (const char c : text) {
    if (std::string_view("\\.+*?()|[]{}^$").find(c) != std::string_view::npos) quoted += '\\';
    quoted += c;
  }
  return quoted;
}

}  // namespace

std::vector<LinePiece> CutLine(std::string_view line) {
  std::vector<LinePiece> pieces;
  char before = ' ';
  bool quoted = false;
  for (size_t at = 0; at < line.size();) {
    const bool inside = before == '"' && quoted;
    LinePiece piece = NextPiece(line.substr(at), before, inside);
    if (piece.kind == PieceKind::kText && piece.text == "\"") quoted = !quoted;
    at += piece.text.size();
    before = piece.text.back();
    pieces.push_back(std::move(piece));
  }
  ReadKeys(pieces);
  return pieces;
}

std::string PatternOf(const LinePiece& piece) {
  switch (piece.kind) {
    case PieceKind::kText:
      return Quoted(piece.text);
    case PieceKind::kTime:
      return piece.text.find('/') == 2 ? kClfTime : kIsoTime;
    case PieceKind::kLevel:
      return "[A-Za-z]+";
    case PieceKind::kIp:
      return kIp;
    case PieceKind::kUuid:
      return kUuid;
    case PieceKind::kHex:
      return kHex;
    case PieceKind::kNumber:
      return kNumber;
    case PieceKind::kPath:
      return kPath;
    case PieceKind::kQuoted:
      return "[^\"]*";
    case PieceKind::kWord:
      return kWord;
  }
  return kWord;
}

}  // namespace faultline::ingest
