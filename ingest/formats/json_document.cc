#include "ingest/formats/json_document.h"

#include <cstring>

#include "base/text.h"
#include "ingest/formats/json_text.h"
#include "store/event.h"

namespace faultline::ingest {

size_t SkipJsonBlanks(std::string_view text) {
  size_t at = text.substr(0, 3) == "\xef\xbb\xbf" ? 3 : 0;  // byte order mark
  while (at < text.size() && (text[at] == ' ' || text[at] == '\n' || text[at] == '\r' || text[at] == '\t')) ++at;
  return at;
}

std::string_view TrimDocument(std::string_view text) {
  text.remove_prefix(SkipJsonBlanks(text));
  while (!text.empty() && static_cast<unsigned char>(text.back()) <= ' ') text.remove_suffix(1);
  return text;
}

simdjson::error_code JsonDocument::Iterate(std::string_view json, Arena& arena) {
  char* const padded = arena.Allocate(json.size() + simdjson::SIMDJSON_PADDING);
  std::memcpy(padded, json.data(), json.size());
  std::memset(padded + json.size(), 0, simdjson::SIMDJSON_PADDING);
  return parser_.iterate(padded, json.size(), json.size() + simdjson::SIMDJSON_PADDING).get(document_);
}

simdjson::error_code JsonDocument::Open(std::string_view json, Arena& arena) {
  flags_ = 0;
  simdjson::error_code error = Iterate(json, arena);
  for (int attempt = 0; attempt < 2 && error != simdjson::SUCCESS; ++attempt) {
    if (error == simdjson::UTF8_ERROR) {
      json = RepairUtf8(json, arena);
    } else if (error == simdjson::UNESCAPED_CHARS) {
      json = EscapeControls(json, arena);
    } else {
      break;
    }
    flags_ = store::kTextRepaired;
    error = Iterate(json, arena);
  }
  return error;
}

bool JsonDocument::HasMore() {
  const char* rest = nullptr;
  return document_.current_location().get(rest) != simdjson::OUT_OF_BOUNDS;
}

}  // namespace faultline::ingest
