#include "store/segment_encoder.h"

#include <xxhash.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "store/column_chunk.h"
#include "store/link_table.h"
#include "store/open_segment_view.h"
#include "store/rollup.h"
#include "store/signature_chunks.h"
#include "store/string_list.h"
#include "store/text_chunk.h"

namespace faultline::store {
namespace {

// On 400,000 fleet records level 3 gave no fewer bytes (42.3 an event, level 1 42.2), and
// times that do not differ beyond their spread.
constexpr int kCompressionLevel = 1;
constexpr int64_t kHourMicros = 3'600'000'000;

class SegmentEncoder {
 public:
  explicit SegmentEncoder(const OpenSegment& segment)
      : segment_(segment), size_(segment.size()), packer_(kCompressionLevel) {}

  EncodedSegment Encode() && {
    AddDictionaries();
    AddColumns();
    AddTexts();
    EncodeLinks(segment_, packer_, result_.parts, result_.manifest);
    std::sort(result_.parts.begin(), result_.parts.end(), [](const SegmentPart& a, const SegmentPart& b) {
      return std::tie(a.part, a.kind, a.index) < std::tie(b.part, b.kind, b.index);
    });
    return std::move(result_);
  }

 private:
  void Add(Part part, size_t index, std::string value) {
    result_.parts.push_back({part, 0, static_cast<uint16_t>(index), std::move(value)});
  }

  static std::vector<std::string_view> ListOf(const StringDictionary& dictionary) {
    std::vector<std::string_view> list(dictionary.size());
    for (size_t code = 0; code < list.size(); ++code) list[code] = dictionary.at(static_cast<uint16_t>(code));
    return list;
  }

  void AddDictionaries() {
    std::vector<std::vector<std::string_view>> dimensions;
    for (size_t d = 0; d < kDimensions; ++d) dimensions.push_back(ListOf(segment_.dimension(d)));
    Add(Part::kDictionaries, 0, EncodeStringLists(dimensions, packer_));
    std::vector<uint64_t> signatures(segment_.signatures().size());
    for (size_t c = 0; c < signatures.size(); ++c) signatures[c] = segment_.signatures().at(static_cast<uint16_t>(c));
    Add(Part::kSignatures, 0, EncodeSignatures(signatures));
    texts_ = ListOf(segment_.texts());
    Add(Part::kTexts, 0, EncodeStringLists({texts_}, packer_));
  }

  void AddColumns() {
    Columns columns;
    RollupBuilder rollup;
    std::vector<uint32_t> chunks_of_signature(segment_.signatures().size());
    for (uint32_t first = 0; first < size_; first += kChunkEvents) {
      const uint32_t chunk = first / kChunkEvents;
      CopyColumns(segment_, first, std::min(kChunkEvents, size_ - first), kAllColumns, columns);
      for (const uint16_t code : columns.signature) chunks_of_signature[code] |= 1u << chunk;
      rollup.Add(columns);
      Add(Part::kColumnChunk, chunk, EncodeColumnChunk(columns, packer_));
    }
    Add(Part::kSignatureChunks, 0, EncodeSignatureChunks(chunks_of_signature, packer_));
    std::optional<std::string> rolled_up = rollup.Encode(packer_);
    result_.manifest.set_has_rollup(rolled_up.has_value());
    if (rolled_up) Add(Part::kRollup, 0, *std::move(rolled_up));
  }

  EventTexts TextsOf(const OpenRow& row) const {
    const RowTexts texts = OpenSegment::Texts(row);
    EventTexts result;
    result.signature = row.signature;
    result.message_template = row.message_template;
    result.stacktrace_code = row.stacktrace;
    result.message = texts.message;
    result.exception_message = texts.exception_message;
    result.stacktrace = texts.stacktrace;
    result.attributes = texts.attributes;
    if (!texts.exception_message.empty()) {
      const std::string message = segment_.Message(row);
      const size_t size = texts.exception_message.size();
      result.exception_ends_message =
          size <= message.size() && std::string_view(message).substr(message.size() - size) == texts.exception_message;
    }
    return result;
  }

  void AddTexts() {
    std::vector<EventTexts> events;
    for (uint32_t first = 0; first < size_; first += kEventsPerTextChunk) {
      events.clear();
      const uint32_t end = std::min(size_, first + kEventsPerTextChunk);
      for (uint32_t ordinal = first; ordinal < end; ++ordinal) events.push_back(TextsOf(segment_.row(ordinal)));
      Add(Part::kTextChunk, first / kEventsPerTextChunk, EncodeTextChunk(events, texts_, packer_));
    }
  }

  const OpenSegment& segment_;
  const uint32_t size_;
  BlockPacker packer_;
  std::vector<std::string_view> texts_;
  EncodedSegment result_;
};

}  // namespace

int64_t BucketHour(int64_t time_us, int64_t bucket_hours) {
  const int64_t bucket_us = bucket_hours * kHourMicros;
  const int64_t bucket = time_us / bucket_us - (time_us % bucket_us < 0 ? 1 : 0);
  return bucket * bucket_hours;
}

EncodedSegment EncodeSegment(const OpenSegment& segment, int64_t bucket_hours) {
  EncodedSegment result = SegmentEncoder(segment).Encode();
  v1::SegmentManifest& manifest = result.manifest;
  manifest.set_format(kFormatVersion);
  manifest.set_base_sequence(segment.base_sequence());
  manifest.set_event_count(segment.size());
  manifest.set_min_time_us(segment.min_time_us());
  manifest.set_max_time_us(segment.max_time_us());
  manifest.set_bucket_hour(BucketHour(segment.max_time_us(), bucket_hours));
  uint64_t bytes = 0;
  XXH3_state_t* state = XXH3_createState();
  XXH3_64bits_reset(state);
  for (const SegmentPart& part : result.parts) {
    bytes += part.value.size();
    XXH3_64bits_update(state, part.value.data(), part.value.size());
  }
  manifest.set_checksum(XXH3_64bits_digest(state));
  XXH3_freeState(state);
  manifest.set_stored_bytes(bytes);
  return result;
}

}  // namespace faultline::store
