// Fields that a text line ends with: the JSON object of winston, zap and Monolog, the key=value pairs of structlog,
// zerolog, slog, logrus and tracing.
#pragma once

#include <string_view>

#include "ingest/record_builder.h"

namespace faultline::ingest {

// Sets the fields that the first line of `text` ends with. Returns `text` without those that were JSON, as all of them
// became fields; pairs stay in the text, and only those with a meaning beyond time, level and message are set.
// Costs a look at the last byte and a scan for "=" where there are none.
std::string_view TakeTextFields(std::string_view text, RecordBuilder& builder);

}  // namespace faultline::ingest
