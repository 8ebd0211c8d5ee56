// Plain text lines: the whole line is the message; a time and a level at its
// start are read, as most loggers write them.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/arena.h"
#include "ingest/record_builder.h"
#include "ingest/record_sink.h"

namespace faultline::ingest {

// What the start of a line says of the event. Handwritten: a regular expression
// for a fixed head costs more than everything else on the path.
struct TextHead {
  int64_t time_us = 0;     // 0 where there is none, or one without a year
  std::string_view level;  // as written, may be empty
  uint8_t severity = 0;
  std::string_view logger;  // "[chat.gateway]" behind the level, may be empty
};
// Knows "2026-11-24 15:00:00,123 ERROR …", "[2026-…] [error] …", "2026/11/24
// 15:00:00 [error] …", "ERROR: …", glog's "E1124 22:06:43.841747 …".
TextHead ParseTextHead(std::string_view line);

// One record of `value`. Failure: "empty" when it is blank.
void DecodeText(std::string_view value, RecordBuilder& builder, Arena& arena, RecordSink& sink);

}  // namespace faultline::ingest
