// Every form is taken apart into date, clock and zone, and read as ISO 8601.
#include "ingest/rule_time.h"

#include <algorithm>
#include <array>
#include <string>

#include "base/timestamp.h"

namespace faultline::ingest {
namespace {

struct Parts {
  int day = 0;
  size_t month = 0;  // 1..12
  std::string_view year;
  std::string_view clock;  // "15:00:00.123"
  std::string_view zone;
  bool afternoon = false;  // 12-hour clock, "PM"
  bool morning = false;    // "AM"
};

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool AreDigits(std::string_view text) { return !text.empty() && std::all_of(text.begin(), text.end(), IsDigit); }

// 0 for what is no month.
size_t MonthOf(std::string_view word) {
  constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
  if (word.size() < 3) return 0;
  const size_t at = kMonths.find(word.substr(0, 3));
  return at == std::string_view::npos || at % 3 != 0 ? 0 : at / 3 + 1;
}

// Offsets that a name of a zone stands for without doubt; nullopt for others.
std::optional<std::string_view> ZoneOf(std::string_view name) {
  struct Zone {
    std::string_view name, offset;
  };
  static constexpr Zone kZones[] = {{"UTC", "Z"},       {"GMT", "Z"},      {"Z", "Z"},         {"CET", "+01:00"},
                                    {"CEST", "+02:00"}, {"EET", "+02:00"}, {"EEST", "+03:00"}, {"MSK", "+03:00"},
                                    {"EST", "-05:00"},  {"EDT", "-04:00"}, {"CDT", "-05:00"},  {"MDT", "-06:00"},
                                    {"PST", "-08:00"},  {"PDT", "-07:00"}, {"JST", "+09:00"},  {"KST", "+09:00"}};
  if (name.empty()) return "Z";
  if (name[0] == '+' || name[0] == '-') return name;
  for (const Zone& zone : kZones) {
    if (zone.name == name) return zone.offset;
  }
  return std::nullopt;
}

std::string TwoDigits(int number) { return (number < 10 ? "0" : "") + std::to_string(number); }

std::optional<int64_t> Assemble(const Parts& parts) {
  const auto zone = ZoneOf(parts.zone);
  const size_t colon = parts.clock.find(':');
  if (!zone || colon == 0 || colon > 2 || !AreDigits(parts.clock.substr(0, colon))) return std::nullopt;
  int hour = std::stoi(std::string(parts.clock.substr(0, colon)));
  if ((parts.afternoon || parts.morning) && (hour < 1 || hour > 12)) return std::nullopt;
  if (parts.afternoon && hour < 12) hour += 12;
  if (parts.morning && hour == 12) hour = 0;
  std::string iso(parts.year);
  if (iso.size() == 2) iso = "20" + iso;
  iso += '-' + TwoDigits(static_cast<int>(parts.month)) + '-' + TwoDigits(parts.day) + 'T' + TwoDigits(hour);
  iso += parts.clock.substr(colon);
  iso += *zone;
  return ParseIso8601(iso);
}

std::string_view NextWord(std::string_view& text, std::string_view separators = " ") {
  const size_t start = std::min(text.find_first_not_of(separators), text.size());
  const size_t end = std::min(text.find_first_of(separators, start), text.size());
  const std::string_view word = text.substr(start, end - start);
  text.remove_prefix(end);
  return word;
}

bool ReadDay(std::string_view word, Parts& parts) {
  if (!AreDigits(word) || word.size() > 2) return false;
  parts.day = std::stoi(std::string(word));
  return parts.day >= 1 && parts.day <= 31;
}

// "24/Nov/2026:15:00:00 +0000", "24-Nov-2026 15:00:00.425", "24 Nov 2026 15:00:00".
std::optional<int64_t> ParseDayFirst(std::string_view text) {
  Parts parts;
  const std::string_view day = NextWord(text, "/- ");
  parts.month = MonthOf(NextWord(text, "/- "));
  if (!ReadDay(day, parts) || parts.month == 0) return std::nullopt;
  parts.year = NextWord(text, "/-: ");
  if (parts.year.size() != 4 || text.empty()) return std::nullopt;
  text.remove_prefix(1);
  parts.clock = NextWord(text);
  parts.zone = NextWord(text);
  return text.empty() ? Assemble(parts) : std::nullopt;
}

// "Tue Nov 24 15:00:00.123 2026", "Nov 24, 2026 3:00:00 PM".
std::optional<int64_t> ParseMonthFirst(std::string_view text) {
  Parts parts;
  std::string_view word = NextWord(text);
  parts.month = MonthOf(word);
  if (parts.month == 0) parts.month = MonthOf(NextWord(text));
  word = NextWord(text, " ,");
  if (parts.month == 0 || !ReadDay(word, parts)) return std::nullopt;
  word = NextWord(text, " ,");
  const bool year_last = word.find(':') != std::string_view::npos;
  parts.clock = year_last ? word : NextWord(text);
  parts.year = year_last ? NextWord(text) : word;
  if (year_last && !AreDigits(parts.year)) {  // "15:00:00 UTC 2026", as date writes it
    parts.zone = parts.year;
    parts.year = NextWord(text);
  }
  word = NextWord(text);
  parts.afternoon = word == "PM";
  parts.morning = word == "AM";
  if (parts.zone.empty() && !parts.afternoon && !parts.morning) parts.zone = word;
  return parts.year.size() == 4 && text.empty() ? Assemble(parts) : std::nullopt;
}

// "261124 150000": always of this length, so that it is worth no words.
std::optional<int64_t> ParseAllDigits(std::string_view text) {
  if (text.size() != 13 || text[6] != ' ' || !AreDigits(text.substr(0, 6)) || !AreDigits(text.substr(7))) {
    return std::nullopt;
  }
  std::array<char, 20> iso = {'2', '0', 0, 0, '-', 0, 0, '-', 0, 0, 'T', 0, 0, ':', 0, 0, ':', 0, 0, 'Z'};
  for (size_t i = 0; i < 3; ++i) {
    std::copy_n(text.begin() + static_cast<ptrdiff_t>(2 * i), 2, iso.begin() + static_cast<ptrdiff_t>(2 + 3 * i));
    std::copy_n(text.begin() + static_cast<ptrdiff_t>(7 + 2 * i), 2, iso.begin() + static_cast<ptrdiff_t>(11 + 3 * i));
  }
  return ParseIso8601({iso.data(), iso.size()});
}

// "2026-11-24  5:13:12", "261124 15:00:00", "2026-11-24 15:00:00.123 UTC".
std::optional<int64_t> ParseYearFirst(std::string_view text) {
  Parts parts;
  std::string_view date = NextWord(text);
  std::string_view month, day;
  if (date.size() == 6 && AreDigits(date)) {
    parts.year = date.substr(0, 2);
    month = date.substr(2, 2);
    day = date.substr(4);
  } else if ((date.size() == 10 || date.size() == 8) && date[date.size() - 6] == date[date.size() - 3]) {
    parts.year = date.substr(0, date.size() - 6);
    month = date.substr(date.size() - 5, 2);
    day = date.substr(date.size() - 2);
  }
  if (!AreDigits(parts.year) || !AreDigits(month) || !ReadDay(day, parts)) return std::nullopt;
  parts.month = static_cast<size_t>(std::stoi(std::string(month)));
  parts.clock = NextWord(text);
  parts.zone = NextWord(text);
  if (parts.month < 1 || parts.month > 12 || parts.clock.empty() || !text.empty()) return std::nullopt;
  return Assemble(parts);
}

}  // namespace

std::optional<int64_t> ParseRuleTime(std::string_view text) {
  if (const auto time = ParseTime(text)) return time;
  constexpr size_t kLongest = 48;
  if (text.size() == 13) return ParseAllDigits(text);
  if (text.size() < 14 || text.size() > kLongest) return std::nullopt;
  if (!IsDigit(text[0])) return ParseMonthFirst(text);
  if (const auto time = ParseYearFirst(text)) return time;
  return ParseDayFirst(text);
}

}  // namespace faultline::ingest
