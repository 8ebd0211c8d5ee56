// What an answer rests on: how far each stream has been read.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "faultline/v1/failure_query_service.pb.h"
#include "query/scan.h"
#include "store/record_outcome.h"
#include "store/store.h"

namespace faultline::query {

// The API's form of a position. `lag` is -1 when unknown.
faultline::v1::StreamStatus ToStreamStatus(const store::StreamPosition& position, int64_t lag);

// complete_up_to is the smallest watermark of the streams that have seen an
// event; absent when none has. Streams are listed when they differ by more than
// a minute: at most 100, the ones furthest behind first.
faultline::v1::Completeness CompletenessOf(const std::vector<store::StreamPosition>& positions);
// The same of a view, with its revision.
faultline::v1::Completeness CompletenessOf(const store::View& view);

// Marks the answer partial; reasons add up.
void AddPartialReason(const std::string& reason, faultline::v1::Completeness& completeness);
// Marks it when the scan had to stop early.
void AddScan(const ScanResult& scan, faultline::v1::Completeness& completeness);

}  // namespace faultline::query
