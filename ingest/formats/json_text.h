// JSON text taken apart and put right, beside what simdjson does.
#pragma once

#include <optional>
#include <string_view>

#include "base/arena.h"

namespace faultline::ingest {

// What stands between the quotes of a JSON string -> its text. Lenient: a lone
// surrogate becomes U+FFFD, an unknown escape stays as written. Returns `raw`
// itself when it holds no escape.
std::string_view UnescapeJson(std::string_view raw, Arena& arena);

// A JSON value without the blanks between its tokens. Returns `raw` itself when
// there are none. `depth` gets the deepest nesting.
std::string_view CompactJson(std::string_view raw, Arena& arena, int& depth);

// Control characters inside strings, which JSON forbids, written as escapes.
std::string_view EscapeControls(std::string_view json, Arena& arena);

// [72,105] -> "Hi": how journald writes text that is no UTF-8. Nullopt when
// `raw` is no array of byte values or is empty.
std::optional<std::string_view> BytesOfArray(std::string_view raw, Arena& arena);

}  // namespace faultline::ingest
