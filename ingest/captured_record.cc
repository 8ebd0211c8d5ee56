#include "ingest/captured_record.h"

#include <simdjson.h>

#include <limits>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"

namespace faultline::ingest {
namespace {

namespace dom = simdjson::dom;

absl::Status Wrong(std::string_view name, std::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat("\"", absl::string_view(name.data(), name.size()), "\" ",
                                                 absl::string_view(what.data(), what.size())));
}

// The bytes of a base64 text; empty for null and where the name is missing.
absl::StatusOr<std::string> Bytes(const dom::element& value, std::string_view name) {
  if (value.is_null()) return std::string();
  std::string_view text;
  std::string bytes;
  if (value.get(text) != simdjson::SUCCESS ||
      !absl::Base64Unescape(absl::string_view(text.data(), text.size()), &bytes)) {
    return Wrong(name, "is no base64 text");
  }
  return bytes;
}

absl::StatusOr<int64_t> Integer(const dom::object& object, std::string_view name, int64_t missing) {
  dom::element value;
  if (object[name].get(value) != simdjson::SUCCESS || value.is_null()) return missing;
  int64_t number = 0;
  if (value.get(number) != simdjson::SUCCESS) return Wrong(name, "is no whole number");
  return number;
}

absl::Status ReadHeaders(const dom::object& object, CapturedRecord& record) {
  dom::element value;
  if (object["headers"].get(value) != simdjson::SUCCESS || value.is_null()) return absl::OkStatus();
  dom::array headers;
  if (value.get(headers) != simdjson::SUCCESS) return Wrong("headers", "is no array of [name, base64 value]");
  for (const dom::element header : headers) {
    dom::array pair;
    std::string_view name;
    if (header.get(pair) != simdjson::SUCCESS || pair.size() != 2 || pair.at(0).get(name) != simdjson::SUCCESS) {
      return Wrong("headers", "holds something else than [name, base64 value]");
    }
    ASSIGN_OR_RETURN(std::string bytes, Bytes(pair.at(1).value_unsafe(), "headers"));
    record.headers.emplace_back(name, std::move(bytes));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<CapturedRecord> ParseCapturedRecord(std::string_view line) {
  dom::parser parser;
  dom::object object;
  if (parser.parse(line.data(), line.size()).get(object) != simdjson::SUCCESS) {
    return absl::InvalidArgumentError("the line is no JSON object");
  }
  CapturedRecord record;
  std::string_view topic;
  if (object["topic"].get(topic) == simdjson::SUCCESS) record.topic = topic;
  ASSIGN_OR_RETURN(const int64_t partition, Integer(object, "partition", 0));
  if (partition < 0 || partition > std::numeric_limits<int32_t>::max()) return Wrong("partition", "is out of range");
  record.partition = static_cast<int32_t>(partition);
  ASSIGN_OR_RETURN(record.offset, Integer(object, "offset", -1));
  ASSIGN_OR_RETURN(record.timestamp_ms, Integer(object, "timestamp_ms", 0));
  dom::element key;
  if (object["key_b64"].get(key) == simdjson::SUCCESS) {
    ASSIGN_OR_RETURN(record.key, Bytes(key, "key_b64"));
  }
  dom::element value;
  if (object["value_b64"].get(value) != simdjson::SUCCESS) return Wrong("value_b64", "is missing");
  ASSIGN_OR_RETURN(record.value, Bytes(value, "value_b64"));
  RETURN_IF_ERROR(ReadHeaders(object, record));
  return record;
}

}  // namespace faultline::ingest
