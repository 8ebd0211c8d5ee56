#include <array>

#include "absl/strings/str_cat.h"
#include "ingest/decoder.h"

namespace faultline::ingest {
namespace {

constexpr std::array<std::string_view, 19> kNames = {
    "auto", "json",   "ecs", "gelf",     "journald", "otlp_proto", "otlp_json", "rfc5424", "rfc3164",  "syslog_file",
    "text", "sentry", "csv", "csv_span", "logfmt",   "ltsv",       "msgpack",   "ips",     "otlp_span"};

}  // namespace

std::string_view FormatName(Format format) { return kNames[static_cast<size_t>(format)]; }

absl::StatusOr<Format> ParseFormat(std::string_view name) {
  std::string known;
  for (size_t i = 0; i < kNames.size(); ++i) {
    if (kNames[i] == name) return static_cast<Format>(i);
    known += std::string(i == 0 ? "" : ", ") + std::string(kNames[i]);
  }
  return absl::InvalidArgumentError("unknown format \"" + std::string(name) + "\"; known are " + known);
}

}  // namespace faultline::ingest
