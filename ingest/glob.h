// Patterns with '*' (any run) and '?' (one byte), for names of sources and services.
#pragma once

#include <string_view>

namespace faultline::ingest {

// Whether all of `text` fits `pattern`. Case-sensitive. At most
// |pattern| * |text| steps.
bool GlobMatches(std::string_view pattern, std::string_view text);

}  // namespace faultline::ingest
