#include "query/settled_time.h"

#include <algorithm>
#include <string_view>

#include "query/minute.h"

namespace faultline::query {
namespace {

constexpr std::string_view kKafka = "kafka:";

}  // namespace

int64_t ReadUpTo(const std::vector<store::StreamPosition>& positions, const std::map<std::string, int64_t>& lag,
                 int64_t now_us) {
  int64_t last_change_us = 0;
  for (const store::StreamPosition& position : positions) {
    last_change_us = std::max(last_change_us, position.updated_us);
  }
  int64_t read_us = now_us;
  for (const store::StreamPosition& position : positions) {
    const auto found = lag.find(position.stream);
    const int64_t waiting = found == lag.end() ? -1 : found->second;
    if (waiting == 0 || std::string_view(position.stream).substr(0, kKafka.size()) != kKafka) continue;
    const bool outrun = waiting < 0 && position.updated_us < last_change_us - kMinuteMicros;
    read_us = std::min(read_us, outrun ? std::max(position.watermark_us, last_change_us) : position.watermark_us);
  }
  return read_us;
}

}  // namespace faultline::query
