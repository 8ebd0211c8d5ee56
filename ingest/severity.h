// Levels of every dialect -> OpenTelemetry severity numbers (1..24); 0 where
// the level is not known.
#pragma once

#include <cstdint>
#include <string_view>

namespace faultline::ingest {

// "ERROR", "warn", "Information", "emerg", "E", …; case and surrounding blanks
// do not matter. Digits are not numbers here.
uint8_t SeverityFromText(std::string_view text);
// The same, and what stands in a logger's level field alone, where it cannot be another word: "INF", "eror", "ERRO",
// "fail", "dbug", "ERROR+4" (slog).
uint8_t SeverityFromLevelField(std::string_view text);
// Syslog: 0 emergency .. 7 debug.
uint8_t SeverityFromSyslog(int64_t priority);
// OpenTelemetry's own, 1..24.
uint8_t SeverityFromOtel(int64_t number);
// Python's logging: 10, 20, 30, 40, 50 and what lies between.
uint8_t SeverityFromPython(int64_t number);
// A number whose dialect is told by its size: 0..7 syslog, 10..60 pino and
// bunyan, 100..600 monolog, 700..1000 java.util.logging, 5000..50000 logback.
uint8_t SeverityFromNumber(int64_t number);

}  // namespace faultline::ingest
