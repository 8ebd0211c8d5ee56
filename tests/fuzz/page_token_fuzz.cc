// Any text is either refused or a token that encodes to itself.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "query/page_token.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  constexpr uint64_t kRequest = 17;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto token = faultline::query::DecodePageToken(kRequest, text);
  if (!token.ok()) return 0;
  const auto again = faultline::query::DecodePageToken(kRequest, faultline::query::EncodePageToken(kRequest, *token));
  if (!again.ok() || again->first != token->first || again->second != token->second) std::abort();
  return 0;
}
