// A decoded message in one text, to compare two ways of decoding it.
#pragma once

#include <string>

#include "ingest/decoder.h"

namespace faultline::testing {

inline std::string DescribeRecord(const ingest::LogRecord& record) {
  std::string text;
  const auto add = [&text](std::string_view name, std::string_view value) {
    if (!value.empty()) text.append(name).append("=[").append(value).append("] ");
  };
  const auto number = [&add](std::string_view name, int64_t value) { add(name, std::to_string(value)); };
  number("time", record.time_us);
  number("sent", record.sent_us);
  number("received", record.received_us);
  number("severity", record.severity);
  number("side", static_cast<int64_t>(record.side));
  number("flags", record.flags);
  for (size_t i = 0; i < record.dimensions.size(); ++i) add("d" + std::to_string(i), record.dimensions[i]);
  for (size_t i = 0; i < record.ids.size(); ++i) add("i" + std::to_string(i), record.ids[i]);
  add("message", record.message);
  add("exception", record.exception_message);
  add("stacktrace", record.stacktrace);
  for (const auto& [key, value] : record.attributes) text.append(key).append("->[").append(value).append("] ");
  if (record.attempts.has_value()) {
    add("operation", record.attempts->operation);
    number("window", record.attempts->window_seconds);
    number("count", record.attempts->count);
  }
  return text;
}

inline std::string DescribeDecoded(const ingest::Decoded& decoded) {
  std::string text(ingest::FormatName(decoded.format));
  for (const ingest::LogRecord& record : decoded.records) text += "\n" + DescribeRecord(record);
  for (const ingest::DecodeFailure& failure : decoded.failures) {
    text.append("\nfailed ").append(failure.reason).append(": ").append(failure.detail);
  }
  return text;
}

}  // namespace faultline::testing
