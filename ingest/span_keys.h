// Keys of the attributes that make an event a span. Ids of a span that did not fail are attributes as well: a trace's
// many spans would make its id one that identifies nothing.
#pragma once

#include <string_view>

namespace faultline::ingest {

inline constexpr std::string_view kSpanTraceKey = "span.trace_id";
inline constexpr std::string_view kSpanIdKey = "span.id";
inline constexpr std::string_view kSpanParentKey = "span.parent_id";
inline constexpr std::string_view kSpanDurationKey = "span.duration_us";

// In front of one of these keys inside a LogRecord that was made from a span: names such as "span.id" mean ids
// elsewhere.
inline constexpr char kSpanKeyMark = '\x01';

}  // namespace faultline::ingest
