#include "ingest/formats/json.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

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

std::string TooLarge(size_t size, size_t limit) {
  return absl::StrCat("a JSON document of ", size, " bytes is above the limit of ", limit);
}

}  // namespace

JsonFormat::JsonFormat(const DecoderOptions& options, RecordBuilder& builder)
    : options_(options), builder_(builder), walker_(builder_, options.max_depth), plain_(builder_, options.max_depth) {}

Format JsonFormat::Decode(std::string_view value, Format format, Arena& arena, RecordSink& sink) {
  configured_ = DialectOf(format);
  found_ = configured_;
  names_envelope_ = false;
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

// The short way. False, with nothing done, for what has to go the long one.
bool JsonFormat::DecodePlain(std::string_view json, Arena& arena, RecordSink& sink) {
  if (!options_.plain_json || json.front() != '{') return false;
  const RecordSink::Mark before = sink.mark();
  LogRecord* const record = sink.Next();
  if (record == nullptr) return true;
  builder_.Begin(*record, arena);
  if (!plain_.Read(json)) {
    sink.Rewind(before);
    return false;
  }
  Finish(sink);
  return true;
}

void JsonFormat::DecodeDocument(std::string_view json, Arena& arena, RecordSink& sink) {
  if (DecodePlain(json, arena, sink)) return;
  const RecordSink::Mark before = sink.mark();
  error_code error = document_.Open(json, arena);
  if (error == simdjson::SUCCESS && json.front() == '{') {
    ondemand::object object;
    error = document_.document().get_object().get(object);
    if (error == simdjson::SUCCESS) error = DecodeObject(object, arena, sink);
  } else if (error == simdjson::SUCCESS && json.front() == '[') {
    ondemand::array array;
    error = document_.document().get_array().get(array);
    if (error == simdjson::SUCCESS) error = DecodeArray(array, arena, sink);
  } else if (error == simdjson::SUCCESS) {
    return sink.Fail("json_not_an_object", "a line holds a JSON value that is no object");
  }
  if (error == simdjson::SUCCESS && !document_.HasMore()) return;
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
  record->flags |= document_.flags();
  Finish(sink);
  return simdjson::SUCCESS;
}

void JsonFormat::Finish(RecordSink& sink) {
  const std::string_view reason = builder_.Finish(configured_);
  found_ = builder_.dialect();
  names_envelope_ = names_envelope_ || builder_.names_envelope();
  if (reason.empty()) return;
  sink.Discard();
  sink.Fail(reason, "no record could be made of the object's fields");
}

}  // namespace faultline::ingest
