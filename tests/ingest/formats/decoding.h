// Decodes one message in a test and keeps what the records point into.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ingest/decoder.h"

namespace faultline::testing {

using HeaderList = std::vector<std::pair<std::string_view, std::string_view>>;

class Decoding {
 public:
  explicit Decoding(const ingest::DecoderOptions& options = {}) : decoder_(ingest::Decoder::Create(options)) {}
  explicit Decoding(ingest::Format format) {
    ingest::DecoderOptions options;
    options.format = format;
    decoder_ = ingest::Decoder::Create(options);
  }

  // What the last message became. Valid until the next one.
  const ingest::Decoded& operator()(std::string_view value, const HeaderList& headers = {}) {
    arena_.Reset();
    value_ = std::string(value);
    decoder_->Decode(value_, headers, arena_, decoded_);
    return decoded_;
  }

 private:
  std::unique_ptr<ingest::Decoder> decoder_;
  Arena arena_;
  std::string value_;
  ingest::Decoded decoded_;
};

// The value of an attribute, or "" when there is none.
inline std::string_view AttributeOf(const ingest::LogRecord& record, std::string_view name) {
  for (const auto& [key, value] : record.attributes) {
    if (key == name) return value;
  }
  return {};
}

inline std::string_view OnlyReason(const ingest::Decoded& decoded) {
  return decoded.records.empty() && decoded.failures.size() == 1 ? decoded.failures[0].reason : "not one failure";
}

}  // namespace faultline::testing
