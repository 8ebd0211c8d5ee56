// One message through a decoder of one format, for fuzz targets: it must become
// records or failures, and all text must be readable.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string_view>

#include "ingest/decoder.h"

namespace faultline {

// Reads every byte, so that a sanitizer sees a view that points nowhere.
inline void Touch(std::string_view text) {
  volatile char sink = 0;
  for (const char c : text) sink = c;
  static_cast<void>(sink);
}

inline void DecodeOne(ingest::Format format, const uint8_t* data, size_t size) {
  ingest::DecoderOptions options;
  options.format = format;
  options.max_inflated_bytes = 1 << 20;
  const auto decoder = ingest::Decoder::Create(options);
  Arena arena;
  ingest::Decoded decoded;
  // Of the exact size, so that reading behind it is seen.
  const std::unique_ptr<char[]> exact(new char[size]);
  if (size > 0) std::memcpy(exact.get(), data, size);
  decoder->Decode({exact.get(), size}, {}, arena, decoded);
  if (decoded.records.empty() && decoded.failures.empty()) std::abort();
  for (const ingest::LogRecord& record : decoded.records) {
    for (const std::string_view text : record.dimensions) Touch(text);
    for (const std::string_view text : record.ids) Touch(text);
    for (const auto& [key, value] : record.attributes) {
      Touch(key);
      Touch(value);
    }
    Touch(record.message);
    Touch(record.exception_message);
    Touch(record.stacktrace);
    if (record.attempts.has_value() && record.attempts->count < 0) std::abort();
  }
}

}  // namespace faultline
