// What the start of a text line says of the event, as loggers write it. Handwritten: a regular
// expression for a fixed head costs more than everything else on the path.
#pragma once

#include <cstdint>
#include <string_view>

namespace faultline::ingest {

struct TextHead {
  int64_t time_us = 0;     // 0 where there is none, or one without a year
  std::string_view level;  // as written, may be empty
  uint8_t severity = 0;
  std::string_view logger;   // "[chat.gateway]" behind the level, "chat.gateway" of Python's default; may be empty
  std::string_view service;  // Ruby's program name; may be empty
};

// Knows "2026-11-24 15:00:00,123 ERROR …", "[2026-…] [error] …", "2026/11/24 15:00:00 [error] …", "2026-… |ERROR|…"
// (NLog, loguru), "1795647129.01<TAB>error<TAB>…" (zap), "10:52PM ERR …" (zerolog), "[15:00:00 ERR] …" (Serilog),
// "[2026-…] app.ERROR: …" (Monolog), "ERROR: …", "fail: Chat[0]" (.NET), "ERROR:chat.gateway:…" (Python),
// "INFO[2026-…] …" (logrus), "E, [2026-… #42] ERROR -- chatd: …" (Ruby) and glog's "E1124 22:06:43.841747 …".
// Looks at the first 256 bytes. Colours of a terminal are not part of a head.
TextHead ParseTextHead(std::string_view line);

// `line` without the sequences that set a terminal's colours; `line` itself where it has none.
// `to` gets the copy and needs room for `line.size()` bytes.
std::string_view WithoutColours(std::string_view line, char* to);

}  // namespace faultline::ingest
