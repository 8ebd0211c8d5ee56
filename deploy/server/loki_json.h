// Answers as Loki's HTTP API writes them.
//
// Thread-safe.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "deploy/server/loki_counts.h"
#include "deploy/server/loki_labels.h"
#include "faultline/v1/event.pb.h"

namespace faultline::deploy {

// {"status":"success","data":DATA}
std::string LokiSuccess(std::string_view data);
// Counts over time; points that are 0 are left out, as Loki does.
std::string LokiMatrix(const std::map<LokiLabels, std::vector<double>>& series, const LokiGrid& grid);
// Values at one time.
std::string LokiVector(const std::map<LokiLabels, double>& values, int64_t time_us);
// [{"stream":{…},"values":[[time,line]]}]: as LokiStreams has them.
std::string LokiStreamList(const std::vector<faultline::v1::Event>& events);
// Messages as lines, in streams of the same labels; in the order given within each.
std::string LokiStreams(const std::vector<faultline::v1::Event>& events);

}  // namespace faultline::deploy
