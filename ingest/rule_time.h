// Times as the logs of servers write them.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace faultline::ingest {

// Microseconds since the epoch, UTC. As ParseTime of base/timestamp.h, and:
//   24/Nov/2026:15:00:00 +0000         Apache, nginx; also .088 behind the seconds (HAProxy)
//   24-Nov-2026 15:00:00.425           BIND; also with blanks (Redis)
//   Tue Nov 24 15:00:00.123 2026       Apache's error log, asctime, Oracle
//   Nov 24, 2026 3:00:00 PM            java.util.logging
//   2026-11-24  5:13:12, 261124 15:00:00   MariaDB; also 261124 150000 (HDFS)
//   2026-11-24 15:00:00 UTC            PostgreSQL; also GMT and the usual names of zones
// Without a zone, UTC. Nullopt for anything else, and for a zone of unknown name.
std::optional<int64_t> ParseRuleTime(std::string_view text);

}  // namespace faultline::ingest
