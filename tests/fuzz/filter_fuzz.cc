// Any text is either no filter, with a column, or one whose normalised text is
// a filter of the same normalised text.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "query/filter.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto filter = faultline::query::Filter::Parse(text, nullptr);
  if (!filter.ok()) {
    if (filter.status().message().substr(0, 8) != "filter: ") std::abort();
    return 0;
  }
  const std::string normalised = filter->ToString();
  const auto again = faultline::query::Filter::Parse(normalised, nullptr);
  if (again.ok()) {
    if (again->ToString() != normalised) std::abort();
    return 0;
  }
  // All its quotes and parentheses may make it larger than a filter may be.
  const std::string_view error(again.status().message().data(), again.status().message().size());
  if (error.find("at most 4096") == error.npos && error.find("parentheses deep") == error.npos) std::abort();
  return 0;
}
