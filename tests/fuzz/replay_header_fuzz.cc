// Any header is either none of ours or one that is written as it was read.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "ingest/replayed_letters.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto letter = faultline::ingest::ParseReplayHeader(text);
  if (!letter.has_value()) return 0;
  const auto again = faultline::ingest::ParseReplayHeader(faultline::ingest::ReplayHeaderValue(*letter));
  if (!again.has_value() || again->number != letter->number || again->offset != letter->offset ||
      again->stream != letter->stream) {
    std::abort();
  }
  return 0;
}
