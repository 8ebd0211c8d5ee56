// Until when everything has been read that can still come: before it, a failure
// without another side has none.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "store/record_outcome.h"

namespace faultline::query {

// The time up to which what arrived has been read, over all streams; `now_us` when
// there are none. A stream has been read
//   up to now          when its lag is 0, and when it is no Kafka partition: files are read to their end
//   to its watermark   when records are waiting; and when its lag is not known, as from
//                      another process, unless others moved on a minute without it: then
//                      nothing waited when the last of them did
// `lag` is of records, by stream, and below 0 or missing when not known.
int64_t ReadUpTo(const std::vector<store::StreamPosition>& positions, const std::map<std::string, int64_t>& lag,
                 int64_t now_us);

}  // namespace faultline::query
