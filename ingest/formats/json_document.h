// Opens JSON text with simdjson On-Demand after putting right what simdjson
// refuses but a log may hold: invalid UTF-8 and control characters in strings.
//
// Not thread-safe; one document at a time.
#pragma once

#include <simdjson.h>

#include <cstdint>
#include <string_view>

#include "base/arena.h"

namespace faultline::ingest {

class JsonDocument {
 public:
  // Copies `json` (with padding) into `arena`; views into the document live as
  // long as that. Errors: simdjson's, of malformed JSON.
  simdjson::error_code Open(std::string_view json, Arena& arena);
  // Valid after Open() succeeded, until the next one.
  simdjson::ondemand::document& document() { return document_; }
  // Whether something other than blanks stands behind what has been read.
  bool HasMore();
  // Event flags that apply to everything in the document.
  uint16_t flags() const { return flags_; }

 private:
  simdjson::error_code Iterate(std::string_view json, Arena& arena);

  simdjson::ondemand::parser parser_;
  simdjson::ondemand::document document_;
  uint16_t flags_ = 0;
};

// The first character of `text` that is no JSON blank or byte order mark, as an
// offset; its size when there is none.
size_t SkipJsonBlanks(std::string_view text);
// Without blanks, line ends and GELF's closing NUL around it.
std::string_view TrimDocument(std::string_view text);

}  // namespace faultline::ingest
