#include "deploy/sample/log_lines.h"

#include <array>
#include <ctime>

#include "base/timestamp.h"
#include "fmt/format.h"

namespace faultline::deploy {
namespace {

// Chance is drawn in statements of its own: the order in which a call's
// arguments are evaluated differs between compilers.
constexpr std::array<std::string_view, 4> kRegions = {"eu-west", "us-east", "ap-south", "sa-east"};
constexpr std::array<std::string_view, 3> kSystems = {"android", "ios", "desktop"};
constexpr std::array<std::string_view, 3> kAppVersions = {"5.2.0", "5.2.1", "5.3.0"};

std::string NginxTime(int64_t time_us) {
  const std::time_t seconds = time_us / 1'000'000;
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  char text[32];
  std::strftime(text, sizeof(text), "%Y/%m/%d %H:%M:%S", &utc);
  return text;
}

std::string Value(std::string_view mark, SampleRandom& random) {
  if (mark == "n") return std::to_string(random.Between(2, 9999));
  if (mark == "x") return random.Hex(16);
  if (mark == "ip") return fmt::format("203.0.113.{}", random.Between(1, 254));
  if (mark == "phone") return fmt::format("+1555010{:04}", random.Below(10'000));
  return fmt::format("person{}@mail.example", random.Below(100'000));
}

std::string NginxLine(int64_t time_us, std::string_view message, const SampleUnit& unit, SampleRandom& random) {
  const uint64_t process = 900 + random.Below(4);
  const int64_t connection = random.Between(100'000, 999'999);
  const int64_t client = random.Between(1, 254);
  return fmt::format(
      "{} [error] {}#{}: *{} {}, client: 203.0.113.{}, server: edge.chat.example, request: \"POST /v1/messages/{} "
      "HTTP/2.0\", upstream: \"http://10.0.3.{}:8080/v1/messages\", host: \"edge.chat.example\"",
      NginxTime(time_us), process, process, connection, message, client, unit.message_id, random.Between(2, 9));
}

std::string SyslogLine(int64_t time_us, const ServerFailure& failure, std::string_view message, const SampleUnit& unit,
                       SampleRandom& random) {
  const int64_t host = random.Between(1, 6);
  const int64_t process = random.Between(1000, 9999);
  return fmt::format(
      "<131>1 {} {}-{} {} {} - [opentelemetry trace_id=\"{}\" span_id=\"{}\"][chat@32473 message_id=\"{}\" "
      "region=\"{}\"] {}",
      FormatTime(time_us), failure.service, host, failure.service, process, unit.trace_id, random.Hex(16),
      unit.message_id, unit.region, message);
}

}  // namespace

SampleUnit MakeUnit(SampleRandom& random) {
  SampleUnit unit;
  unit.message_id = random.Hex(20);
  unit.trace_id = random.Hex(32);
  unit.region = kRegions[random.Below(kRegions.size())];
  unit.os = kSystems[random.Below(kSystems.size())];
  return unit;
}

std::string FillIn(std::string_view text, SampleRandom& random) {
  std::string filled;
  while (!text.empty()) {
    const size_t open = text.find('{');
    filled.append(text.substr(0, open));
    if (open == std::string_view::npos) break;
    const size_t close = text.find('}', open);
    filled += Value(text.substr(open + 1, close - open - 1), random);
    text.remove_prefix(close + 1);
  }
  return filled;
}

std::string JsonQuote(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      quoted += '\\';
      quoted += c;
    } else if (c == '\n') {
      quoted += "\\n";
    } else if (c == '\t') {
      quoted += "\\t";
    } else {
      quoted += c;
    }
  }
  return quoted + '"';
}

std::string ClientLine(int64_t time_us, std::string_view message, const SampleUnit& unit, SampleRandom& random) {
  // What the phone collected is uploaded in batches; its clock is right here.
  const int64_t sent_us = time_us + random.Between(500, 20'000) * 1000;
  const std::string_view app_version = kAppVersions[random.Below(kAppVersions.size())];
  const std::string device = random.Hex(12);
  const std::string user = random.Hex(12);
  return fmt::format(
      R"({{"timestamp":"{}","side":"client","level":"error","service":"app-{}","app_version":"{}","os":"{}",)"
      R"("region":"{}","device_id":"d-{}","user_id":"u-{}","message_id":"{}","trace_id":"{}",)"
      R"("sent_at":"{}","received_at":"{}","message":{}}})",
      FormatTime(time_us), unit.os, app_version, unit.os, unit.region, device, user, unit.message_id, unit.trace_id,
      FormatTime(sent_us), FormatTime(sent_us), JsonQuote(message));
}

std::string ServerLine(int64_t time_us, const ServerFailure& failure, const SampleUnit& unit, bool new_release,
                       SampleRandom& random) {
  const std::string message = FillIn(failure.message, random);
  if (failure.format == SampleFormat::kNginx) return NginxLine(time_us, message, unit, random);
  if (failure.format == SampleFormat::kSyslog) return SyslogLine(time_us, failure, message, unit, random);
  std::string line =
      fmt::format(R"({{"timestamp":"{}","side":"server","level":"error","service":"{}","version":"{}","host":"{}-{}",)"
                  R"("region":"{}","trace_id":"{}","message_id":"{}","message":{})",
                  FormatTime(time_us), failure.service, new_release ? "8.1.0" : "8.0.3", failure.service,
                  random.Between(1, 6), unit.region, unit.trace_id, unit.message_id, JsonQuote(message));
  if (!failure.exception_type.empty()) {
    line += fmt::format(R"(,"exception":{{"type":{},"stacktrace":{}}})", JsonQuote(failure.exception_type),
                        JsonQuote(failure.stacktrace));
  }
  return line + "}";
}

std::string AttemptsLine(int64_t time_us, std::string_view region, std::string_view os, int64_t count) {
  return fmt::format(
      R"({{"timestamp":"{}","kind":"attempts","operation":"send","region":"{}","os":"{}","window_seconds":60,)"
      R"("count":{}}})",
      FormatTime(time_us), region, os, count);
}

}  // namespace faultline::deploy
