// MaskMessage: one walk over the words of a message finds the runs, a second
// over the runs writes template and parameters side by side.
//
// A word is a maximal run of letters, digits and '_'. A word without digits
// stays as it is (but for UUIDs and long hex that happen to have none). In a word with digits:
//   digit first       the whole word goes, with the decimals, units and joints
//                     of numbers, dates and addresses: 12ms, 3.5MB, 0x1f
//   hex, 8 or longer  the whole word
//   one run of digits that run alone: user123 and user7 stay one kind of user
//   more of them      the whole word, as it looks random: k3j9x2
//   a technical term  nothing: ssh2, sha256, ipv4 (IsTermWithDigits)
// '_' separates words inside a word. Numbers that say what happened stay
// (IsStatusNumber).
#include <cstdint>
#include <cstring>
#include <vector>

#include "base/varint.h"
#include "ingest/signature.h"
#include "ingest/variable_run.h"
#include "ingest/variable_scan.h"

namespace faultline::ingest {
namespace {

constexpr size_t kNone = std::string_view::npos;

struct Run {
  size_t start;
  size_t end;
};

class Walk {
 public:
  Walk(std::string_view text, std::vector<Run>& runs) : text_(text), runs_(runs) {}

  void FindRuns() {
    VariableScan scan(text_);
    size_t i = 0;
    while ((i = NextRun(scan, i)) != kNone) continue;
  }

 private:
  // Handles the first candidate at or behind `from`; returns where to go on.
  size_t NextRun(VariableScan& scan, size_t from) {
    const size_t found = scan.Next(from);
    if (found == kNone) return kNone;
    if (ClassOf(text_[found]) == kSpecial) return Special(found);
    size_t start = found, end = found;
    uint8_t seen = 0;
    while (start > from && IsWordChar(text_[start - 1])) seen |= ClassOf(text_[--start]);
    for (; end < text_.size() && IsWordChar(text_[end]); ++end) seen |= ClassOf(text_[end]);
    if (seen & kDigit) return WordWithDigits(start, end, seen);
    return seen & (kOtherLetter | kUnderscore) ? end : LettersOfHex(start, end);
  }

  char At(size_t i) const { return i < text_.size() ? text_[i] : '\0'; }
  size_t Floor() const { return runs_.empty() ? 0 : runs_.back().end; }
  size_t Add(size_t start, size_t end) {
    runs_.push_back({start, end});
    return end;
  }

  // A hole in the text itself must not be taken for one of ours.
  size_t Special(size_t i) {
    const char c = text_[i];
    if (c == store::kTemplateHole) return Add(i, i + 1);
    if (c == '<') {
      const size_t end = RedactionMarkEnd(text_, i);
      return end == kNone ? i + 1 : Add(i, end);
    }
    return Quote(i, c);
  }

  // Masks what is between two quotes. An apostrophe opens only before a word
  // and closes only behind one, so that "can't" and "users'" are no quotes;
  // the key of a JSON object ("code":) is no variable either.
  size_t Quote(size_t open, char quote) {
    if (open < kept_quote_end_) return open + 1;
    if (quote == '\'' && open > 0 && IsWordChar(text_[open - 1])) return open + 1;
    const size_t close = NextClose(open + 1, quote);
    if (close == kNone) return open + 1;
    if (At(close + 1) == ':' && quote == '"') {
      kept_quote_end_ = close + 1;
      return open + 1;
    }
    Add(RequestTarget(text_, open + 1, close), close);
    return close + 1;
  }

  // Remembers the last answer, so that many quotes without a partner cost one
  // scan in all.
  size_t NextClose(size_t from, char quote) {
    size_t& next = quote == '"' ? next_double_ : next_single_;
    if (next == kNone || (next != 0 && next >= from)) return next;
    next = text_.find(quote, from);
    while (quote == '\'' && next != kNone && IsWordChar(At(next + 1))) next = text_.find(quote, next + 1);
    return next;
  }

  size_t LettersOfHex(size_t start, size_t end) {
    if (end - start == 8 && At(end) == '-') {
      const size_t uuid = UuidEnd(text_, start);
      if (uuid != kNone) return Add(start, uuid);
    }
    return end - start >= 12 ? Add(start, end) : end;
  }

  size_t WordWithDigits(size_t start, size_t end, uint8_t seen) {
    if (!(seen & kUnderscore)) return Piece(start, end, seen);
    for (size_t i = start; i < end;) {
      const size_t piece = i;
      uint8_t classes = 0;
      while (i < end && text_[i] != '_') classes |= ClassOf(text_[i++]);
      if (classes & kDigit) {
        const size_t masked = Piece(piece, i, classes);
        if (masked > end) return masked;
        i = masked;
      }
      if (i < end && text_[i] == '_') ++i;
    }
    return end;
  }

  size_t Piece(size_t start, size_t end, uint8_t seen) {
    const bool hex = !(seen & kOtherLetter);
    const char next = At(end);
    if (hex && next == '-' && end - start == 8) {
      const size_t uuid = UuidEnd(text_, start);
      if (uuid != kNone) return Add(start, uuid);
    }
    if (hex && next == ':' && end - start <= 4) {
      const size_t address = ColonAddressEnd(text_, start);
      if (address != kNone) return Add(start, address);
    }
    if (IsDigit(text_[start])) return Number(start, end, seen);
    if (hex && end - start >= 8) return Add(start, end);
    return Identifier(start, end);
  }

  // A word that begins with a digit.
  size_t Number(size_t start, size_t end, uint8_t seen) {
    const bool digits_only = !(seen & (kHexLetter | kOtherLetter));
    if (digits_only) {
      const size_t time = TimeEnd(text_, start);
      if (time != kNone) return Add(end - start <= 2 ? MonthStart(text_, start, Floor()) : start, time);
    }
    if (end - start == 3 && text_[start + 1] == 'x' && text_[start + 2] == 'x') return end;  // 5xx
    const size_t joined = SkipJoints(start, end);
    if (digits_only && IsStatusNumber(text_, start, end)) return joined;
    if (digits_only && end - start <= 2) return Add(DayStart(start), DateTail(start, joined));
    size_t from = start;
    if (start > Floor() && (text_[start - 1] == '-' || text_[start - 1] == '+') && IsSign(start - 1)) from = start - 1;
    return Add(from, joined == end ? LongTokenEnd(text_, start, end) : joined);
  }

  // "Nov 24 15:00:00": the day takes its month and its time along.
  size_t DayStart(size_t start) const {
    const size_t month = MonthStart(text_, start, Floor());
    if (month != start) return month;
    const bool sign = start > Floor() && (text_[start - 1] == '-' || text_[start - 1] == '+') && IsSign(start - 1);
    return sign ? start - 1 : start;
  }
  size_t DateTail(size_t start, size_t end) const {
    if (MonthStart(text_, start, Floor()) == start || At(end) != ' ') return end;
    const size_t clock = TimeEnd(text_, end + 1);
    if (clock == kNone) return end;
    const bool year = At(clock) == ' ' && IsDigit(At(clock + 1)) && IsDigit(At(clock + 2)) && IsDigit(At(clock + 3)) &&
                      IsDigit(At(clock + 4)) && !IsWordChar(At(clock + 5));
    return year ? clock + 5 : clock;
  }

  bool IsSign(size_t at) const {
    if (at == 0) return true;
    const char before = text_[at - 1];
    return (!IsWordChar(before) || before == '_') && std::string_view(")]}+-.>").find(before) == std::string_view::npos;
  }

  // Behind a number: decimals, the groups of an address or version, units, exponents.
  size_t SkipJoints(size_t start, size_t end) const {
    while (true) {
      const char c = At(end);
      const bool exponent =
          (c == '-' || c == '+') && end - start >= 2 && (text_[end - 1] | 0x20) == 'e' && IsDigit(text_[end - 2]);
      if ((c != '.' && !exponent) || !IsDigit(At(end + 1))) return end;
      ++end;
      while (end < text_.size() && (ClassOf(text_[end]) & (kWordChar & ~kUnderscore))) ++end;
    }
  }

  // A word that begins with a letter and has digits.
  size_t Identifier(size_t start, size_t end) {
    if (IsTermWithDigits(text_.substr(start, end - start))) return end;
    size_t first = kNone, last = 0, groups = 0;
    for (size_t i = start; i < end; ++i) {
      if (!IsDigit(text_[i])) continue;
      if (groups == 0 || !IsDigit(text_[i - 1])) {
        ++groups;
        if (first == kNone) first = i;
      }
      last = i + 1;
    }
    if (groups > 1) return Add(start, LongTokenEnd(text_, start, end));
    if (last == end) return Add(first, SkipJoints(first, end));
    Add(first, last);
    return end;
  }

  const std::string_view text_;
  std::vector<Run>& runs_;
  size_t kept_quote_end_ = 0;
  size_t next_double_ = 0, next_single_ = 0;
};

}  // namespace

MaskedMessage MaskMessage(std::string_view message, Arena& arena) {
  thread_local std::vector<Run> runs;
  runs.clear();
  Walk(message, runs).FindRuns();
  if (runs.empty()) return {message, {}};
  size_t masked = 0;
  for (const Run& run : runs) masked += run.end - run.start;
  char* text = arena.Allocate(message.size() - masked + runs.size());
  // Room for the longest varint; most need one byte.
  char* parameters = arena.Allocate(masked + runs.size() * 10);
  char* to = text;
  char* parameter = parameters;
  size_t from = 0;
  for (const Run& run : runs) {
    std::memcpy(to, message.data() + from, run.start - from);
    to += run.start - from;
    *to++ = store::kTemplateHole;
    parameter = WriteVarint(parameter, run.end - run.start);
    std::memcpy(parameter, message.data() + run.start, run.end - run.start);
    parameter += run.end - run.start;
    from = run.end;
  }
  std::memcpy(to, message.data() + from, message.size() - from);
  to += message.size() - from;
  return {{text, static_cast<size_t>(to - text)}, {parameters, static_cast<size_t>(parameter - parameters)}};
}

}  // namespace faultline::ingest
