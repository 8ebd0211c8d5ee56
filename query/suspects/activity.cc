#include "query/suspects/activity.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <span>

#include "absl/container/flat_hash_set.h"
#include "base/status_macros.h"
#include "base/varint.h"
#include "query/failure_state.h"
#include "query/segment_scanner.h"
#include "xxhash.h"

namespace faultline::query {
namespace {

using store::Dimension;

constexpr uint32_t kColumns = store::kTimeColumn | store::kStateColumns | store::kSignatureColumn |
                              store::DimensionColumn(Dimension::kService) | store::DimensionColumn(Dimension::kFormat);
constexpr std::string_view kSpanFormatEnd = "_span";
constexpr size_t kBatch = 4'096;

uint64_t HashOf(std::string_view id) { return id.empty() ? 0 : XXH3_64bits(id.data(), id.size()) | 1; }

class Reader {
 public:
  Reader(NameCodes& services, NameCodes& operations, const QueryControl& control)
      : services_(services), operations_(operations), control_(control) {}

  absl::Status Read(const store::Segment& segment, const store::TimeRange& range) {
    ASSIGN_OR_RETURN(SegmentScanner scanner, SegmentScanner::Open(segment, Filter(), kColumns));
    ASSIGN_OR_RETURN(const auto services, segment.dictionary(Dimension::kService));
    ASSIGN_OR_RETURN(const auto formats, segment.dictionary(Dimension::kFormat));
    ASSIGN_OR_RETURN(const auto signatures, segment.signatures());
    std::vector<uint32_t> codes;
    for (const std::string_view service : *services) codes.push_back(services_.CodeOf(service));
    std::vector<uint32_t> spans;
    for (uint32_t chunk = 0; chunk < scanner.chunk_count() && !activity_.scan.budget_exceeded; ++chunk) {
      ASSIGN_OR_RETURN(const auto hits, scanner.ScanChunk(chunk, range, control_, activity_.scan));
      const store::Columns& columns = scanner.columns();
      for (const uint32_t at : hits) {
        ++activity_.events;
        const size_t service = columns.dimensions[static_cast<size_t>(Dimension::kService)][at];
        const size_t format = columns.dimensions[static_cast<size_t>(Dimension::kFormat)][at];
        const size_t signature = columns.signature[at];
        if (service >= codes.size() || format >= formats->size() || signature >= signatures->size()) {
          return absl::DataLossError("a segment has a code that its dictionary lacks");
        }
        const bool is_span = (*formats)[format].ends_with(kSpanFormatEnd);
        if (is_span) spans.push_back(columns.first_ordinal + at);
        if (is_span && !IsFailure(columns, at)) continue;
        LineCount& count = activity_.lines[{codes[service], (*signatures)[signature]}];
        ++count.lines;
        count.severity = std::max(count.severity, columns.severity[at]);
        count.failures = count.failures || IsFailure(columns, at);
      }
    }
    return ReadSpans(segment, spans);
  }

  Activity Finish() && {
    if (static_cast<int64_t>(activity_.spans.size()) > kMaxWindowSpans) ThinOut();
    absl::flat_hash_set<uint64_t> traces;
    for (const Span& span : activity_.spans) traces.insert(span.trace);
    activity_.traces = static_cast<int64_t>(traces.size());
    return std::move(activity_);
  }

 private:
  absl::Status ReadSpans(const store::Segment& segment, std::span<const uint32_t> ordinals) {
    while (!ordinals.empty()) {
      RETURN_IF_ERROR(control_.Check());
      const auto batch = ordinals.first(std::min(kBatch, ordinals.size()));
      ASSIGN_OR_RETURN(const std::vector<store::OwnedEvent> events, segment.ReadEvents(batch));
      for (const store::OwnedEvent& event : events) AddSpan(event.event);
      if (static_cast<int64_t>(activity_.spans.size()) > 2 * kMaxWindowSpans) ThinOut();
      ordinals = ordinals.subspan(batch.size());
    }
    return absl::OkStatus();
  }

  void AddSpan(const store::Event& event) {
    Span span;
    span.duration_us = -1;  // an exception that a span recorded has none of its own
    span.start_us = event.time_us;
    span.service = services_.CodeOf(event.dimension(Dimension::kService));
    span.operation = operations_.CodeOf(event.dimension(Dimension::kEndpoint));
    span.trace = HashOf(event.id(store::IdKind::kTrace));
    span.id = HashOf(event.id(store::IdKind::kSpan));
    std::string_view attributes = event.attributes, name, value;
    while (ReadString(attributes, name) && ReadString(attributes, value)) {
      if (name == "span.trace_id") span.trace = HashOf(value);
      if (name == "span.id") span.id = HashOf(value);
      if (name == "span.parent_id") span.parent = HashOf(value);
      if (name == "span.duration_us") std::from_chars(value.data(), value.data() + value.size(), span.duration_us);
    }
    if (span.trace > keep_up_to_) return;
    if (span.duration_us >= 0 && span.duration_us < 1e15) activity_.spans.push_back(span);
  }

  // Keeps half of the traces, by their hash.
  void ThinOut() {
    keep_up_to_ /= 2;
    std::erase_if(activity_.spans, [this](const Span& span) { return span.trace > keep_up_to_; });
    activity_.sampled = true;
  }

  NameCodes& services_;
  NameCodes& operations_;
  const QueryControl& control_;
  Activity activity_;
  uint64_t keep_up_to_ = UINT64_MAX;
};

}  // namespace

uint32_t NameCodes::CodeOf(std::string_view name) {
  if (name.empty()) return 0;
  const auto [found, is_new] = codes_.try_emplace(std::string(name), static_cast<uint32_t>(names_.size()));
  if (is_new) names_.emplace_back(name);
  return found->second;
}

absl::StatusOr<Activity> ReadActivity(const store::View& view, const store::TimeRange& range, NameCodes& services,
                                      NameCodes& operations, const QueryControl& control) {
  Reader reader(services, operations, control);
  for (const auto& segment : view.segments) {
    RETURN_IF_ERROR(control.Check());
    if (Overlaps(*segment, range)) RETURN_IF_ERROR(reader.Read(*segment, range));
  }
  return std::move(reader).Finish();
}

}  // namespace faultline::query
