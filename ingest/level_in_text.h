// The level that a line of text begins with.
#pragma once

#include <cstdint>
#include <string_view>

namespace faultline::ingest {

// OTel severity number, or 0: looks at the first words, behind a time, a
// thread or a logger: "ERROR x", "[error] x", "2026-11-24 15:00:00,123 [main]
// WARN x", "level=error x", "E1124 15:00:00.841747 16347 file.cc:34] x".
// A bare level must be in capitals, else it is a word of the sentence.
uint8_t LevelInText(std::string_view text);

}  // namespace faultline::ingest
