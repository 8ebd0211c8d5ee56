#include "query/completeness.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "query/event_proto.h"

namespace faultline::query {
namespace {

constexpr int64_t kApartMicros = 60'000'000;
constexpr size_t kMaxStreams = 100;

}  // namespace

v1::StreamStatus ToStreamStatus(const store::StreamPosition& position, int64_t lag) {
  v1::StreamStatus status;
  status.set_stream(position.stream);
  status.set_label(position.label);
  status.set_next_offset(position.next_offset);
  status.set_lag(lag);
  if (position.watermark_us != 0) *status.mutable_watermark() = ToTimestamp(position.watermark_us);
  if (position.updated_us != 0) *status.mutable_updated_time() = ToTimestamp(position.updated_us);
  status.set_consumed(position.consumed);
  status.set_stored(position.stored);
  status.set_attempts(position.attempts);
  status.set_dead_letters(position.dead_letters);
  status.set_repeats(position.repeats);
  status.set_replayed(position.replayed);
  return status;
}

v1::Completeness CompletenessOf(const std::vector<store::StreamPosition>& positions) {
  v1::Completeness completeness;
  std::vector<const store::StreamPosition*> read;
  for (const store::StreamPosition& position : positions) {
    if (position.watermark_us != 0) read.push_back(&position);
  }
  if (read.empty()) return completeness;
  std::sort(read.begin(), read.end(), [](const auto* a, const auto* b) {
    return a->watermark_us != b->watermark_us ? a->watermark_us < b->watermark_us : a->stream < b->stream;
  });
  *completeness.mutable_complete_up_to() = ToTimestamp(read.front()->watermark_us);
  if (read.back()->watermark_us - read.front()->watermark_us <= kApartMicros) return completeness;
  for (size_t i = 0; i < std::min(read.size(), kMaxStreams); ++i) {
    *completeness.add_streams() = ToStreamStatus(*read[i], -1);
  }
  return completeness;
}

v1::Completeness CompletenessOf(const store::View& view) {
  v1::Completeness completeness = CompletenessOf(view.positions);
  auto revision = static_cast<int64_t>(view.next_sequence);
  for (const store::StreamPosition& position : view.positions) revision += position.attempts;
  completeness.set_revision(revision);
  return completeness;
}

void AddPartialReason(const std::string& reason, v1::Completeness& completeness) {
  completeness.set_partial(true);
  if (!completeness.partial_reason().empty()) completeness.mutable_partial_reason()->append("; ");
  completeness.mutable_partial_reason()->append(reason);
}

void AddScan(const ScanResult& scan, v1::Completeness& completeness) {
  if (!scan.budget_exceeded) return;
  AddPartialReason(
      absl::StrCat("stopped after looking at ", scan.events_looked_at, " events; narrow the time range or the filter"),
      completeness);
}

}  // namespace faultline::query
