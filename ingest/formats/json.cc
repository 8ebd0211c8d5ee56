#include "ingest/formats/json.h"

#include <algorithm>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "base/text.h"
#include "ingest/formats/json_text.h"

namespace faultline::ingest {
namespace {

using simdjson::error_code;
namespace ondemand = simdjson::ondemand;

Dialect DialectOf(Format format) {
  switch (format) {
    case Format::kEcs:
      return Dialect::kEcs;
    case Format::kGelf:
      return Dialect::kGelf;
    case Format::kJournald:
      return Dialect::kJournald;
    default:
      return Dialect::kGeneric;
  }
}

Format FormatOf(Dialect dialect) {
  switch (dialect) {
    case Dialect::kEcs:
      return Format::kEcs;
    case Dialect::kGelf:
      return Format::kGelf;
    case Dialect::kJournald:
      return Format::kJournald;
    case Dialect::kGeneric:
      break;
  }
  return Format::kJson;
}

// Line ends, blanks and GELF's closing NUL.
std::string_view TrimDocument(std::string_view text) {
  text.remove_prefix(SkipJsonBlanks(text));
  while (!text.empty() && static_cast<unsigned char>(text.back()) <= ' ') text.remove_suffix(1);
  return text;
}

std::string TooLarge(size_t size, size_t limit) {
  return absl::StrCat("a JSON document of ", size, " bytes is above the limit of ", limit);
}

}  // namespace

size_t SkipJsonBlanks(std::string_view text) {
  size_t at = 0;
  if (text.substr(0, 3) == "\xef\xbb\xbf") at = 3;  // byte order mark
  while (at < text.size() && (text[at] == ' ' || text[at] == '\n' || text[at] == '\r' || text[at] == '\t')) ++at;
  return at;
}

JsonFormat::JsonFormat(const DecoderOptions& options, FieldCache& fields)
    : options_(options), builder_(fields), walker_(builder_, options.max_depth) {}

Format JsonFormat::Decode(std::string_view value, Format format, Arena& arena, RecordSink& sink) {
  configured_ = DialectOf(format);
  found_ = configured_;
  const std::string_view json = TrimDocument(value);
  if (json.empty()) {
    sink.Fail("empty", "the message is empty");
  } else if (json.front() != '{' && json.front() != '[') {
    sink.Fail("json_malformed", "the message does not start with \"{\" or \"[\"");
  } else if (json.size() <= options_.max_document_bytes || json.front() == '[') {
    DecodeDocument(json, arena, sink);
  } else if (!DecodeLines(json, arena, sink)) {
    sink.Fail("document_too_large", TooLarge(json.size(), options_.max_document_bytes));
  }
  return FormatOf(found_);
}

// Several documents, one a line. False when `json` is not that.
bool JsonFormat::DecodeLines(std::string_view json, Arena& arena, RecordSink& sink) {
  const size_t newline = json.find('\n');
  if (newline == std::string_view::npos || json[newline - 1 - (json[newline - 1] == '\r' ? 1 : 0)] != '}') return false;
  const size_t next = newline + SkipJsonBlanks(json.substr(newline));
  if (next >= json.size() || json[next] != '{') return false;
  while (!json.empty() && !sink.full()) {
    const size_t end = std::min(json.find('\n'), json.size());
    const std::string_view line = TrimDocument(json.substr(0, end));
    json.remove_prefix(std::min(end + 1, json.size()));
    if (line.empty()) continue;
    if (line.size() > options_.max_document_bytes) {
      sink.Fail("document_too_large", TooLarge(line.size(), options_.max_document_bytes));
      continue;
    }
    DecodeDocument(line, arena, sink);
  }
  return true;
}

error_code JsonFormat::Iterate(std::string_view json, Arena& arena, ondemand::document& document) {
  char* const padded = arena.Allocate(json.size() + simdjson::SIMDJSON_PADDING);
  std::memcpy(padded, json.data(), json.size());
  std::memset(padded + json.size(), 0, simdjson::SIMDJSON_PADDING);
  return parser_.iterate(padded, json.size(), json.size() + simdjson::SIMDJSON_PADDING).get(document);
}

// What simdjson refuses but can be put right is put right: invalid UTF-8 and
// control characters inside strings.
error_code JsonFormat::Open(std::string_view json, Arena& arena, ondemand::document& document) {
  repaired_ = 0;
  error_code error = Iterate(json, arena, document);
  for (int attempt = 0; attempt < 2; ++attempt) {
    if (error == simdjson::UTF8_ERROR) {
      json = RepairUtf8(json, arena);
    } else if (error == simdjson::UNESCAPED_CHARS) {
      json = EscapeControls(json, arena);
    } else {
      break;
    }
    repaired_ = store::kTextRepaired;
    error = Iterate(json, arena, document);
  }
  return error;
}

void JsonFormat::DecodeDocument(std::string_view json, Arena& arena, RecordSink& sink) {
  const RecordSink::Mark before = sink.mark();
  ondemand::document document;
  error_code error = Open(json, arena, document);
  if (error == simdjson::SUCCESS && json.front() == '{') {
    ondemand::object object;
    error = document.get_object().get(object);
    if (error == simdjson::SUCCESS) error = DecodeObject(object, arena, sink);
  } else if (error == simdjson::SUCCESS && json.front() == '[') {
    ondemand::array array;
    error = document.get_array().get(array);
    if (error == simdjson::SUCCESS) error = DecodeArray(array, arena, sink);
  } else if (error == simdjson::SUCCESS) {
    return sink.Fail("json_not_an_object", "a line holds a JSON value that is no object");
  }
  const char* rest = nullptr;
  if (error == simdjson::SUCCESS && document.current_location().get(rest) == simdjson::OUT_OF_BOUNDS) return;
  // More may stand behind the first document, a line each.
  if (json.front() == '{') {
    sink.Rewind(before);
    if (DecodeLines(json, arena, sink)) return;
  }
  sink.Fail("json_malformed", error != simdjson::SUCCESS ? simdjson::error_message(error)
                                                         : "something stands behind the end of the document");
}

error_code JsonFormat::DecodeArray(ondemand::array array, Arena& arena, RecordSink& sink) {
  for (auto result : array) {
    ondemand::value element;
    if (const error_code error = std::move(result).get(element)) return error;
    if (sink.full()) return simdjson::SUCCESS;
    if (element.raw_json_token()[0] != '{') {
      sink.Fail("json_not_an_object", "an element of the array is no object");
      continue;
    }
    ondemand::object object;
    if (const error_code error = element.get_object().get(object)) return error;
    std::string_view raw;
    if (const error_code error = object.raw_json().get(raw)) return error;
    if (raw.size() > options_.max_document_bytes) {
      sink.Fail("document_too_large", TooLarge(raw.size(), options_.max_document_bytes));
      continue;
    }
    if (const error_code error = object.reset().error()) return error;
    if (const error_code error = DecodeObject(object, arena, sink)) return error;
  }
  return simdjson::SUCCESS;
}

error_code JsonFormat::DecodeObject(ondemand::object object, Arena& arena, RecordSink& sink) {
  LogRecord* const record = sink.Next();
  if (record == nullptr) return simdjson::SUCCESS;
  builder_.Begin(*record, arena);
  if (const error_code error = walker_.Walk(object)) {
    sink.Discard();
    return error;
  }
  record->flags |= repaired_;
  const std::string_view reason = builder_.Finish(configured_);
  found_ = builder_.dialect();
  if (reason.empty()) return simdjson::SUCCESS;
  sink.Discard();
  sink.Fail(reason, "no record could be made of the object's fields");
  return simdjson::SUCCESS;
}

}  // namespace faultline::ingest
