// MetricKit's diagnostics, as an app's MXDiagnosticPayload writes itself: crashes, hangs, CPU and disk write
// exceptions.
#pragma once

#include <simdjson.h>

#include "base/arena.h"
#include "ingest/formats/envelope.h"

namespace faultline::ingest {

// One part for each diagnostic, whose fields are all there is: the signal or the kind as the exception's type, the
// frames of the thread that is to blame, nearest first, and the app's and the system's version. False where `payload`
// has no array of diagnostics.
bool SplitMetricKit(const simdjson::dom::object& payload, size_t max_parts, Arena& arena, Envelope& envelope);

// "SIGSEGV" of 11; empty where the number is none of a crash.
std::string_view SignalName(int64_t number);

}  // namespace faultline::ingest
