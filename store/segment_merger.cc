#include "store/segment_merger.h"

#include <algorithm>
#include <numeric>

#include "base/status_macros.h"
#include "store/open_segment.h"

namespace faultline::store {
namespace {

bool AreNeighbours(const SealedSegment& a, const SealedSegment& b) {
  return a.base_sequence() + a.size() == b.base_sequence() && a.manifest().bucket_hour() == b.manifest().bucket_hour();
}

absl::Status AppendAll(const SealedSegment& from, OpenSegment& to) {
  RETURN_IF_ERROR(from.Verify());
  std::vector<uint32_t> ordinals;
  for (uint32_t first = 0; first < from.size(); first += kChunkEvents) {
    ordinals.resize(std::min(kChunkEvents, from.size() - first));
    std::iota(ordinals.begin(), ordinals.end(), first);
    ASSIGN_OR_RETURN(const std::vector<OwnedEvent> events, from.ReadEvents(ordinals));
    for (const OwnedEvent& event : events) to.Append(event.event);
  }
  return absl::OkStatus();
}

// The run that starts at `first`, and whether the segment behind it would have
// belonged to it but for its size.
std::vector<Catalog::Sealed> RunFrom(const std::vector<Catalog::Sealed>& segments, size_t first, uint32_t fan_in,
                                     bool& is_full) {
  std::vector<Catalog::Sealed> run = {segments[first]};
  uint32_t events = segments[first]->size();
  is_full = false;
  for (size_t i = first + 1; i < segments.size() && run.size() < fan_in; ++i) {
    if (!AreNeighbours(*segments[i - 1], *segments[i])) {
      is_full = true;  // another bucket has begun, nothing more will come
      break;
    }
    if (events + segments[i]->size() > kMaxSegmentEvents) {
      is_full = true;
      break;
    }
    events += segments[i]->size();
    run.push_back(segments[i]);
  }
  is_full |= run.size() >= fan_in;
  return run;
}

}  // namespace

std::vector<Catalog::Sealed> PickMerge(const std::vector<Catalog::Sealed>& segments, uint32_t fan_in) {
  for (size_t first = 0; first < segments.size(); ++first) {
    bool is_full = false;
    std::vector<Catalog::Sealed> run = RunFrom(segments, first, fan_in, is_full);
    if (!is_full || run.size() < 2) continue;
    uint32_t events = 0;
    uint32_t largest = 0;
    for (const Catalog::Sealed& segment : run) {
      events += segment->size();
      largest = std::max(largest, segment->size());
    }
    // Else a large segment would be rewritten for every small one behind it.
    if (events >= 2 * largest) return run;
  }
  return {};
}

absl::Status MergeSegments(const std::vector<Catalog::Sealed>& run, int64_t bucket_hours, Committer& committer) {
  OpenSegment merged(run.front()->base_sequence());
  for (const Catalog::Sealed& segment : run) RETURN_IF_ERROR(AppendAll(*segment, merged));
  EncodedSegment encoded = EncodeSegment(merged, bucket_hours);
  return committer.Replace(run, &encoded);
}

}  // namespace faultline::store
