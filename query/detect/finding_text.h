// A finding as the API shows it, with its reason in words.
#pragma once

#include <cstdint>

#include "faultline/v1/finding.pb.h"
#include "query/detect/series_detector.h"

namespace faultline::query {

// Fills kind, reason, times and numbers of `to`. `unit` is what was counted, in the plural: "events".
void FillFinding(const SeriesFinding& from, int64_t bucket_us, const char* unit, faultline::v1::Finding& to);

}  // namespace faultline::query
