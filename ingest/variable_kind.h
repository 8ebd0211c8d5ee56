// What a masked run of a message looks like, in words for people.
#pragma once

#include <cstddef>
#include <string_view>

namespace faultline::ingest {

// Of the run [begin, end) that MaskMessage cut out of `message`: "a number", "a date or time", "a UUID", "an address",
// "a mark of redaction", "a quoted text", "a hex number", "digits in a name", "a token". Never empty.
std::string_view VariableKind(std::string_view message, size_t begin, size_t end);

}  // namespace faultline::ingest
