// Turns an open segment into the parts of a sealed one (docs/store_format.md).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "faultline/store/v1/segment.pb.h"
#include "store/keys.h"
#include "store/open_segment.h"
#include "store/packed_block.h"

namespace faultline::store {

struct SegmentPart {
  Part part;
  uint8_t kind = 0;  // store::IdKind for parts about ids
  uint16_t index = 0;
  std::string value;
};

struct EncodedSegment {
  // In key order.
  std::vector<SegmentPart> parts;
  // All but the segment's number and the time of sealing.
  v1::SegmentManifest manifest;
};

// `segment` must hold at least one event and not be appended to any more.
// `bucket_hours` is StoreOptions::bucket_hours.
EncodedSegment EncodeSegment(const OpenSegment& segment, int64_t bucket_hours);

// Hours since the epoch of the start of the bucket that `time_us` falls into.
int64_t BucketHour(int64_t time_us, int64_t bucket_hours);

}  // namespace faultline::store
