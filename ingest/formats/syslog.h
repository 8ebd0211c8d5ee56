// Syslog as it is found: RFC 5424, RFC 3164, and the file format of rsyslog and
// syslog-ng ("ISO8601 HOST TAG[PID]: MSG"), all read leniently.
#pragma once

#include <string_view>

#include "base/arena.h"
#include "ingest/decoder.h"
#include "ingest/record_builder.h"
#include "ingest/record_sink.h"

namespace faultline::ingest {

// Which syslog format `value` starts like; kText when none.
Format DetectSyslog(std::string_view value);

// One record of `value`, which is of `format`: kRfc5424, kRfc3164 or
// kSyslogFile. A date without a year gives no time. Failure:
// "syslog_malformed" when the value does not start as the format says.
void DecodeSyslog(std::string_view value, Format format, RecordBuilder& builder, Arena& arena, RecordSink& sink);

}  // namespace faultline::ingest
