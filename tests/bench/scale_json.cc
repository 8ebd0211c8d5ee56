#include "tests/bench/scale_json.h"

#include <array>

#include "absl/time/time.h"

namespace faultline::bench {
namespace {

using store::Dimension;

constexpr int64_t kDayMillis = 86'400'000;
constexpr std::array kDimensionKeys = {std::pair("level", Dimension::kSeverityText),
                                       std::pair("service", Dimension::kService),
                                       std::pair("version", Dimension::kServiceVersion),
                                       std::pair("region", Dimension::kRegion),
                                       std::pair("host", Dimension::kHost),
                                       std::pair("os", Dimension::kOs),
                                       std::pair("app_version", Dimension::kAppVersion)};

// No text of the generator needs escapes.
void AppendField(std::string_view key, std::string_view value, std::string& to) {
  if (value.empty()) return;
  to.append(",\"").append(key).append("\":\"").append(value).append("\"");
}

void AppendNumber(int64_t number, size_t digits, std::string& to) {
  to.append(digits, '0');
  for (size_t at = to.size(); number > 0; number /= 10) to[--at] = static_cast<char>('0' + number % 10);
}

}  // namespace

void ScaleJson::AppendTime(const char* key, int64_t time_us, std::string& to) {
  const int64_t millis = time_us / 1'000, of_day = millis % kDayMillis;
  if (millis / kDayMillis != day_) {
    day_ = millis / kDayMillis;
    date_ = absl::FormatTime("%Y-%m-%dT", absl::FromUnixMillis(millis), absl::UTCTimeZone());
  }
  to.append(to.back() == '{' ? "\"" : ",\"").append(key).append("\":\"").append(date_);
  AppendNumber(of_day / 3'600'000, 2, to);
  to += ':';
  AppendNumber(of_day / 60'000 % 60, 2, to);
  to += ':';
  AppendNumber(of_day / 1'000 % 60, 2, to);
  to += '.';
  AppendNumber(of_day % 1'000, 3, to);
  to += "Z\"";
}

void ScaleJson::Append(const store::Event& event, std::string& to) {
  to += '{';
  AppendTime("timestamp", event.claimed_time_us, to);
  if (event.received_time_us != 0) AppendTime("received_at", event.received_time_us, to);
  if (event.claimed_time_us != event.time_us) {
    AppendTime("sent_at", event.received_time_us - (event.time_us - event.claimed_time_us), to);
  }
  AppendField("side", event.side == store::Side::kClient ? "client" : "server", to);
  for (const auto& [key, dimension] : kDimensionKeys) AppendField(key, event.dimension(dimension), to);
  for (int kind = 0; kind < store::kIdKinds; ++kind) {
    const auto id_kind = static_cast<store::IdKind>(kind);
    AppendField(store::IdKindName(id_kind), event.id(id_kind), to);
  }
  AppendField("message", event.message, to);
  to += "}\n";
}

}  // namespace faultline::bench
