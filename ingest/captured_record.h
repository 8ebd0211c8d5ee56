// A Kafka record as text, one JSON object a line, so that what came over Kafka
// can be kept, passed on and replayed:
//
//   {"topic":"logs","partition":0,"offset":12,"timestamp_ms":1795558474000,
//    "key_b64":"…" or null,"headers":[["name","<value, base64>"],…],"value_b64":"…"}
//
// Unknown names are ignored; `value_b64` alone is required, null is a tombstone.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"

namespace faultline::ingest {

struct CapturedRecord {
  std::string topic;
  int32_t partition = 0;
  int64_t offset = -1;       // -1 where the line does not say
  int64_t timestamp_ms = 0;  // 0 where the line does not say
  std::string key;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string value;
};

// Errors: InvalidArgument, which says what is wrong with the line.
absl::StatusOr<CapturedRecord> ParseCapturedRecord(std::string_view line);

}  // namespace faultline::ingest
