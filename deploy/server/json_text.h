// Text as a JSON string.
//
// Thread-safe.
#pragma once

#include <string>
#include <string_view>

namespace faultline::deploy {

// `text` in quotes, with quotes, backslashes and control characters escaped, and
// "<" so that no browser can take it for markup. `text` must be UTF-8.
std::string JsonString(std::string_view text);

}  // namespace faultline::deploy
