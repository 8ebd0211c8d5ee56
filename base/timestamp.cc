#include "base/timestamp.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstring>
#include <limits>

namespace faultline {
namespace {

constexpr int64_t kSecond = 1'000'000;
constexpr int64_t kMinute = 60 * kSecond;
constexpr int64_t kHour = 60 * kMinute;
constexpr int64_t kDay = 24 * kHour;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Days since 1970-01-01 of a date of the Gregorian calendar. Years begin in
// March, so that the leap day is a year's last; an era has 400 years.
int64_t DaysFromCivil(int64_t year, int64_t month, int64_t day) {
  year -= month <= 2 ? 1 : 0;
  const int64_t era = (year >= 0 ? year : year - 399) / 400;
  const int64_t year_of_era = year - era * 400;
  const int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  const int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146'097 + day_of_era - 719'468;
}

struct Civil {
  int64_t year, month, day;
};

Civil CivilFromDays(int64_t days) {
  days += 719'468;
  const int64_t era = (days >= 0 ? days : days - 146'096) / 146'097;
  const int64_t day_of_era = days - era * 146'097;
  const int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const int64_t month_from_march = (5 * day_of_year + 2) / 153;
  const int64_t month = month_from_march + (month_from_march < 10 ? 3 : -9);
  return {year_of_era + era * 400 + (month <= 2 ? 1 : 0), month, day_of_year - (153 * month_from_march + 2) / 5 + 1};
}

int DaysInMonth(int year, int month) {
  static constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  return month == 2 && leap ? 29 : kDays[month - 1];
}

// Two digits, or a number of at least 100 (which is never valid) where there are none.
unsigned Two(const char* p) {
  const unsigned tens = static_cast<unsigned char>(p[0]) - '0', ones = static_cast<unsigned char>(p[1]) - '0';
  return tens > 9 || ones > 9 ? 100 : tens * 10 + ones;
}

// "YYYY-MM-DD" or "YYYY/MM/DD" at `p`, which has 10 bytes, in microseconds.
std::optional<int64_t> ParseDate(const char* p) {
  if ((p[4] != '-' && p[4] != '/') || p[7] != p[4]) return std::nullopt;
  const unsigned century = Two(p), year_of_century = Two(p + 2), month = Two(p + 5), day = Two(p + 8);
  if (century > 99 || year_of_century > 99 || month < 1 || month > 12) return std::nullopt;
  const int year = static_cast<int>(century * 100 + year_of_century);
  if (day < 1 || day > static_cast<unsigned>(DaysInMonth(year, static_cast<int>(month)))) return std::nullopt;
  return DaysFromCivil(year, month, day) * kDay;
}

// The same with the last answer at hand, as most times of a log are of one day.
std::optional<int64_t> ParseDateAgain(const char* p) {
  struct Last {
    std::array<char, 10> text{};
    int64_t micros = 0;
  };
  static thread_local Last last;
  if (std::memcmp(p, last.text.data(), last.text.size()) == 0) return last.micros;
  const std::optional<int64_t> micros = ParseDate(p);
  if (!micros.has_value()) return std::nullopt;
  std::memcpy(last.text.data(), p, last.text.size());
  last.micros = *micros;
  return micros;
}

// "YYYY-MM-DDTHH:MM:SS" at `p`, which has 19 bytes.
std::optional<int64_t> ParseDateAndTime(const char* p) {
  const bool between = p[10] == 'T' || p[10] == ' ' || p[10] == 't';
  if (!between || p[13] != ':' || p[16] != ':') return std::nullopt;
  const unsigned hour = Two(p + 11), minute = Two(p + 14), second = Two(p + 17);
  if (hour > 23 || minute > 59 || second > 60) return std::nullopt;  // 60: a leap second
  const std::optional<int64_t> date = ParseDateAgain(p);
  if (!date.has_value()) return std::nullopt;
  return *date + hour * kHour + minute * kMinute + second * kSecond;
}

// ".123Z", what most writers put behind the seconds: its microseconds.
std::optional<int64_t> ParseMillisecondsUtc(std::string_view rest) {
  if (rest.size() != 5 || rest[0] != '.' || rest[4] != 'Z' || !IsDigit(rest[1])) return std::nullopt;
  const unsigned low = Two(rest.data() + 2);
  if (low > 99) return std::nullopt;
  return (static_cast<unsigned>(rest[1] - '0') * 100 + low) * int64_t{1'000};
}

// Takes "." or "," and its digits off the front. False for more than 9 digits.
bool TakeFraction(std::string_view& rest, int64_t& micros) {
  if (rest.size() < 2 || (rest[0] != '.' && rest[0] != ',') || !IsDigit(rest[1])) return true;
  int64_t value = 0;
  size_t n = 1;
  for (; n < rest.size() && IsDigit(rest[n]); ++n) {
    if (n <= 6) value = value * 10 + (rest[n] - '0');
  }
  if (n > 10) return false;
  for (size_t digits = n; digits <= 6; ++digits) value *= 10;
  micros += value;
  rest.remove_prefix(n);
  return true;
}

// Takes a zone off the front, if there is one.
void TakeZone(std::string_view& rest, int64_t& micros) {
  if (rest.empty()) return;
  if (rest[0] == 'Z' || rest[0] == 'z') return rest.remove_prefix(1);
  std::string_view zone = rest;
  if (zone[0] == ' ') zone.remove_prefix(1);
  const bool blank = zone.size() != rest.size();
  if (zone.size() < 3 || (zone[0] != '+' && zone[0] != '-')) return;
  const unsigned hours = Two(zone.data() + 1);
  if (hours > 23) return;
  size_t size = 3;
  unsigned minutes = 0;
  const size_t at = zone.size() > 3 && zone[3] == ':' ? 4 : 3;
  if (zone.size() >= at + 2 && Two(zone.data() + at) <= 59) {
    minutes = Two(zone.data() + at);
    size = at + 2;
  }
  if (zone.size() > size && IsDigit(zone[size])) return;  // a number, not a zone
  if (blank && size == 3) return;                         // " -07" may be anything
  const int64_t offset = hours * kHour + minutes * kMinute;
  micros += zone[0] == '+' ? -offset : offset;
  rest = zone.substr(size);
}

// Microseconds per unit of an epoch of that size, as numerator and denominator.
struct Scale {
  int64_t multiply, divide;
};

Scale ScaleOf(double value) {
  if (value < 1e11) return {kSecond, 1};  // to the year 5138
  if (value < 1e14) return {1'000, 1};
  if (value < 1e17) return {1, 1};
  return {1, 1'000};
}

}  // namespace

int64_t NowMicros() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::microseconds>(now).count();
}

std::optional<int64_t> ParseIso8601(std::string_view text, size_t* consumed) {
  constexpr size_t kSeconds = 19;
  if (text.size() < kSeconds) return std::nullopt;
  std::optional<int64_t> micros = ParseDateAndTime(text.data());
  if (!micros.has_value()) return std::nullopt;
  std::string_view rest = text.substr(kSeconds);
  if (const std::optional<int64_t> fraction = ParseMillisecondsUtc(rest)) {
    if (consumed != nullptr) *consumed = text.size();
    return *micros + *fraction;
  }
  if (!TakeFraction(rest, *micros)) return std::nullopt;
  TakeZone(rest, *micros);
  if (consumed != nullptr) {
    *consumed = text.size() - rest.size();
  } else if (!rest.empty()) {
    return std::nullopt;
  }
  return micros;
}

std::optional<int64_t> EpochToMicros(double number) {
  if (!(number >= 0) || number >= 9.2e18) return std::nullopt;  // also NaN
  const Scale scale = ScaleOf(number);
  const double micros = number * static_cast<double>(scale.multiply) / static_cast<double>(scale.divide);
  return std::llround(micros);
}

std::optional<int64_t> ParseEpoch(std::string_view number) {
  const char* const end = number.data() + number.size();
  int64_t whole = 0;
  const auto [stop, error] = std::from_chars(number.data(), end, whole);
  if (error != std::errc() || whole < 0 || !IsDigit(number.front())) return std::nullopt;
  std::string_view rest(stop, static_cast<size_t>(end - stop));
  if (rest.find_first_of("eE") != std::string_view::npos) {
    double value = 0;
    const auto [double_stop, double_error] = std::from_chars(number.data(), end, value);
    return double_error == std::errc() && double_stop == end ? EpochToMicros(value) : std::nullopt;
  }
  int64_t fraction = 0;  // millionths of the unit
  if (!rest.empty() && rest[0] == ',') return std::nullopt;
  while (rest.size() > 10 && IsDigit(rest.back())) rest.remove_suffix(1);  // beyond what is kept
  if (!TakeFraction(rest, fraction) || !rest.empty()) return std::nullopt;
  const Scale scale = ScaleOf(static_cast<double>(whole));
  return whole / scale.divide * scale.multiply + fraction * scale.multiply / scale.divide / kSecond;
}

std::optional<int64_t> ParseTime(std::string_view text) {
  const bool date = text.size() >= 19 && !IsDigit(text[4]);
  return date ? ParseIso8601(text) : ParseEpoch(text);
}

std::optional<int64_t> ParseDuration(std::string_view text) {
  struct Unit {
    std::string_view name;
    int64_t micros;
  };
  static constexpr Unit kUnits[] = {{"ms", 1'000}, {"us", 1},      {"d", kDay},
                                    {"h", kHour},  {"m", kMinute}, {"s", kSecond}};
  if (text.empty()) return std::nullopt;
  int64_t total = 0;
  while (!text.empty()) {
    int64_t count = 0;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), count);
    if (error != std::errc() || !IsDigit(text.front())) return std::nullopt;
    text.remove_prefix(static_cast<size_t>(stop - text.data()));
    const Unit* unit = nullptr;
    for (const Unit& candidate : kUnits) {
      if (unit == nullptr && text.substr(0, candidate.name.size()) == candidate.name) unit = &candidate;
    }
    if (unit == nullptr || count > std::numeric_limits<int64_t>::max() / unit->micros) return std::nullopt;
    if (__builtin_add_overflow(total, count * unit->micros, &total)) return std::nullopt;
    text.remove_prefix(unit->name.size());
  }
  return total;
}

std::string FormatTime(int64_t time_us) {
  int64_t days = time_us / kDay;
  int64_t rest = time_us % kDay;
  if (rest < 0) {
    rest += kDay;
    --days;
  }
  const Civil date = CivilFromDays(days);
  std::string text = fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", date.year, date.month, date.day, rest / kHour,
                                 rest / kMinute % 60, rest / kSecond % 60);
  const int64_t micros = rest % kSecond;
  if (micros % 1'000 != 0) {
    fmt::format_to(std::back_inserter(text), ".{:06}", micros);
  } else if (micros != 0) {
    fmt::format_to(std::back_inserter(text), ".{:03}", micros / 1'000);
  }
  return text + "Z";
}

}  // namespace faultline
