// Text that is written as key=value pairs apart by blanks: logfmt, what Go's slog, logrus and go-kit, structlog and
// Rust's tracing write of fields, and the lines of routers and firewalls.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "base/arena.h"

namespace faultline::ingest {

struct KeyValue {
  std::string_view key;
  std::string_view value;  // without quotes and escapes; empty for "key="
};

// Whether `text` begins with a name and "=". Looks at the first 64 bytes.
bool StartsWithPair(std::string_view text);

// Takes one pair off the front of `text`, and no blank behind it. A value ends at a blank; it may be in double quotes
// with JSON's escapes, in single quotes with Python's, or in brackets that close. False (and `text` as it was) where
// none stands there: a quote that is not closed is no pair. Texts are unescaped in `arena`.
bool TakePair(std::string_view& text, Arena& arena, KeyValue& pair);

// The pairs that `text` ends with, and behind which nothing else stands. `start` gets where the first begins, npos
// where there is none. Linear.
void TrailingPairs(std::string_view text, Arena& arena, std::vector<KeyValue>& pairs, size_t& start);

}  // namespace faultline::ingest
