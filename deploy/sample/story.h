// What happens in the sample: the failures of a small messaging service. The
// planted causes are what a reader of the demo should find; all else is noise.
//
// In texts, {n} stands for a number, {x} for hex, {ip}, {phone}, {mail} for
// private data (of ranges reserved for examples) that must never be stored.
#pragma once

#include <span>
#include <string_view>

namespace faultline::deploy {

// How a server writes its log.
enum class SampleFormat { kJson, kSyslog, kNginx };

struct ServerFailure {
  std::string_view service;
  std::string_view message;
  std::string_view exception_type;  // empty for none
  std::string_view stacktrace;      // lines separated by \n
  SampleFormat format = SampleFormat::kJson;
};

// A server failure behind a client failure.
struct Cause {
  ServerFailure server;
  std::string_view client_message;
  int per_minute;        // messages hit while it is at its worst
  int quiet_per_minute;  // and otherwise
  int from_percent;      // of the span: when it gets bad
  int to_percent;        // and when it is over
  int reach_percent;     // of these messages, the client notices
  int64_t lag_ms;        // the client notices about this much later
};

std::span<const Cause> Causes();
std::span<const std::string_view> ClientNoise();
std::span<const ServerFailure> ServerNoise();

}  // namespace faultline::deploy
