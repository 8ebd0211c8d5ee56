// Failures by signature, pair and minute, and by dimension value and minute where there are
// attempts to compare them with.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "query/correlator.h"
#include "query/detect/watched_key.h"
#include "query/query_control.h"
#include "query/scan.h"
#include "store/store.h"

namespace faultline::query {

struct MinuteCount {
  int64_t minute = 0;  // since the epoch
  int64_t count = 0;
  int64_t attempts = 0;  // of cells
  uint32_t version = 0;  // the newest that it was seen in; see MinuteCounts::versions
};

struct MinuteCounts {
  // Ascending by minute; those of cells are the minutes that have attempts.
  std::map<WatchedKey, std::vector<MinuteCount>> series;
  std::vector<std::string> versions = {""};
  int64_t overfull = 0;  // minutes of cells with more failures than attempts, which are raised to them
  ScanResult scan;
};

// Failures of minutes [first, end): events that are errors and no success. The version is the
// service's, else the app's. Cells are those of the dimensions that attempts state.
absl::StatusOr<MinuteCounts> CountMinutes(const store::Store& store, const store::View& view, Correlator& correlator,
                                          int64_t first, int64_t end, const QueryControl& control);

}  // namespace faultline::query
