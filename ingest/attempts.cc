#include "ingest/attempts.h"

#include <algorithm>

#include "ingest/clean_text.h"

namespace faultline::ingest {
namespace {

constexpr int64_t kMinuteMicros = 60'000'000;
constexpr int64_t kMaxWindowMinutes = 24 * 60;  // a longer window is no rate any more
constexpr size_t kMaxDimensionBytes = 256;

}  // namespace

void AppendAttempts(const LogRecord& record, int64_t fallback_time_us, const Redactor& redactor, Arena& arena,
                    std::vector<store::Attempts>& attempts) {
  store::Attempts cell;
  uint16_t ignored = 0;  // counts have no flags
  const auto clean = [&](std::string_view text) {
    return CleanText(text, kMaxDimensionBytes, redactor, arena, ignored);
  };
  cell.operation = clean(record.attempts->operation);
  for (size_t d = 0; d < record.dimensions.size(); ++d) {
    cell.dimensions[d] = clean(record.dimensions[d]);
  }
  const int64_t minutes = std::clamp<int64_t>(record.attempts->window_seconds / 60, 1, kMaxWindowMinutes);
  const int64_t share = record.attempts->count / minutes;
  cell.minute = (record.time_us != 0 ? record.time_us : fallback_time_us) / kMinuteMicros;
  cell.count = record.attempts->count - share * (minutes - 1);
  attempts.push_back(cell);
  for (int64_t i = 1; i < minutes; ++i) {
    ++cell.minute;
    cell.count = share;
    attempts.push_back(cell);
  }
}

}  // namespace faultline::ingest
