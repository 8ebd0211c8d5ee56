// A time that was read and written is read again as the same.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/timestamp.h"
#include "ingest/level_in_text.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  size_t consumed = 0;
  if (const auto time = faultline::ParseIso8601(text, &consumed); time.has_value()) {
    if (consumed < 19 || consumed > size) std::abort();
    if (faultline::ParseIso8601(text.substr(0, consumed)) != time) std::abort();
    const std::string written = faultline::FormatTime(*time);
    const bool four_digits = written[4] == '-' && written[0] != '-';  // a zone may lead out of the years we read
    if (four_digits && faultline::ParseIso8601(written) != time) std::abort();
  }
  if (const auto time = faultline::ParseEpoch(text); time.has_value() && *time < 0) std::abort();
  if (const auto time = faultline::ParseTime(text); time.has_value()) faultline::FormatTime(*time);
  if (const auto span = faultline::ParseDuration(text); span.has_value() && *span < 0) std::abort();
  faultline::ingest::LevelInText(text);
  return 0;
}
