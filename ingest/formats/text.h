// Plain text lines: the whole line is the message. A time and a level at its start are read, as most loggers write
// them (formats/text_head.h), and behind a level the fields at its end (formats/text_fields.h).
#pragma once

#include <string_view>

#include "base/arena.h"
#include "ingest/record_builder.h"
#include "ingest/record_sink.h"

namespace faultline::ingest {

// One record of `value`. Failure: "empty" when it is blank.
void DecodeText(std::string_view value, RecordBuilder& builder, Arena& arena, RecordSink& sink);

}  // namespace faultline::ingest
