// Any text as a table of series: read or refused, and watched without a crash or a number that is none.
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <sstream>
#include <string>

#include "query/detect/series_table.h"

namespace faultline::query {
namespace {

// Few enough buckets for a fuzzer.
constexpr int64_t kMostBuckets = 100'000;

void Detect(const SeriesTable& table) {
  if (table.last - table.first > kMostBuckets / static_cast<int64_t>(table.series.size())) return;
  for (const v1::Finding& finding : DetectInTable(table)) {
    for (const double number : {finding.observed(), finding.expected(), finding.interval().low(),
                                finding.interval().high(), finding.lift(), finding.peak(), finding.chance()}) {
      if (!std::isfinite(number) || number < 0) std::abort();
    }
    if (finding.kind().empty() || finding.reason().empty()) std::abort();
    std::string bytes;
    if (!finding.SerializeToString(&bytes)) std::abort();
  }
}

}  // namespace
}  // namespace faultline::query

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace faultline::query;
  const std::string text(reinterpret_cast<const char*>(data), size);
  for (const char* attempts : {"", "a"}) {
    std::istringstream input(text);
    const auto table = ReadSeriesTable(input, {"t", "n", attempts, {}, 0});
    if (table.ok()) Detect(*table);
  }
  return 0;
}
