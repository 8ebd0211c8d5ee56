// logfmt: a line of key=value pairs alone, as Go's slog and logrus, go-kit, Heroku's router, Grafana and
// Prometheus, structlog and Rust's tracing-logfmt write it. LTSV: label:value fields apart by tabs.
#pragma once

#include <string_view>

#include "base/arena.h"
#include "ingest/record_builder.h"
#include "ingest/record_sink.h"

namespace faultline::ingest {

// Whether `text` is one line that is pairs from its start to its end, of which one is the time, the level or the
// message. A message without quotes may go on over several words; other words without "=" may stand between
// the pairs, at most one for four of them. Costs a look at the first name where it is none.
bool FitsLogfmt(std::string_view text, FieldCache& fields);
// Whether `text` is one line of two or more label:value fields apart by tabs, of which one is the time, the level, the
// message or the status of a request.
bool FitsLtsv(std::string_view text, FieldCache& fields);

// One record of a line that fits. Names mean what they mean in JSON; "at=error" is a level; "date" and "time" apart
// are one time. Where no field is a message, the line is. Failure: "empty".
void DecodeLogfmt(std::string_view text, RecordBuilder& builder, Arena& arena, RecordSink& sink);
void DecodeLtsv(std::string_view text, RecordBuilder& builder, Arena& arena, RecordSink& sink);

}  // namespace faultline::ingest
