#include "store/open_segment_view.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "store/message_template.h"
#include "store/owned_event_builder.h"

namespace faultline::store {
namespace {

template <typename T, typename Get>
void CopyColumn(const OpenSegment& segment, uint32_t first, uint32_t size, std::vector<T>& to, Get get) {
  to.resize(size);
  for (uint32_t i = 0; i < size; ++i) to[i] = get(segment.row(first + i));
}

}  // namespace

void CopyColumns(const OpenSegment& segment, uint32_t first, uint32_t size, uint32_t column_set, Columns& columns) {
  columns.first_ordinal = first;
  columns.size = size;
  const auto copy = [&](auto& to, auto get) { CopyColumn(segment, first, size, to, get); };
  if ((column_set & kTimeColumn) != 0) copy(columns.time_us, [](const OpenRow& r) { return r.time_us; });
  if ((column_set & (kOtherTimeColumns | kUploadTimeColumns)) != 0) {
    copy(columns.claimed_time_us, [](const OpenRow& r) { return r.claimed_time_us; });
    copy(columns.received_time_us, [](const OpenRow& r) { return r.received_time_us; });
  }
  if ((column_set & kOtherTimeColumns) != 0) {
    copy(columns.ingested_time_us, [](const OpenRow& r) { return r.ingested_time_us; });
  }
  if ((column_set & kStateColumns) != 0) {
    copy(columns.side, [](const OpenRow& r) { return r.side; });
    copy(columns.outcome, [](const OpenRow& r) { return r.outcome; });
    copy(columns.severity, [](const OpenRow& r) { return r.severity; });
  }
  if ((column_set & (kStateColumns | kFlagsColumn)) != 0) {
    copy(columns.flags, [](const OpenRow& r) { return r.flags; });
  }
  if ((column_set & kSignatureColumn) != 0) copy(columns.signature, [](const OpenRow& r) { return r.signature; });
  for (size_t d = 0; d < kDimensions; ++d) {
    if ((column_set & DimensionColumn(static_cast<Dimension>(d))) == 0) continue;
    copy(columns.dimensions[d], [d](const OpenRow& r) { return r.dimensions[d]; });
  }
}

OpenSegmentView::OpenSegmentView(std::shared_ptr<const OpenSegment> segment)
    : segment_(std::move(segment)), size_(segment_->size()) {}

absl::StatusOr<std::shared_ptr<const Segment::Dictionary>> OpenSegmentView::dictionary(Dimension d) const {
  struct Copy {
    std::shared_ptr<const OpenSegment> segment;
    Dictionary values;
  };
  auto copy = std::make_shared<Copy>();
  copy->segment = segment_;
  const StringDictionary& dictionary = segment_->dimension(static_cast<size_t>(d));
  const uint32_t size = dictionary.size();
  copy->values.reserve(size);
  for (uint32_t code = 0; code < size; ++code) copy->values.push_back(dictionary.at(static_cast<uint16_t>(code)));
  return std::shared_ptr<const Dictionary>(copy, &copy->values);
}

absl::StatusOr<std::shared_ptr<const std::vector<uint64_t>>> OpenSegmentView::signatures() const {
  auto copy = std::make_shared<std::vector<uint64_t>>();
  const SignatureDictionary& dictionary = segment_->signatures();
  const uint32_t size = dictionary.size();
  copy->reserve(size);
  for (uint32_t code = 0; code < size; ++code) copy->push_back(dictionary.at(static_cast<uint16_t>(code)));
  return copy;
}

absl::Status OpenSegmentView::ReadColumns(uint32_t chunk, uint32_t column_set, Columns& columns) const {
  if (chunk >= chunk_count()) return absl::OutOfRangeError(absl::StrCat("no chunk ", chunk));
  const uint32_t first = chunk * kChunkEvents;
  CopyColumns(*segment_, first, std::min(kChunkEvents, size_ - first), column_set, columns);
  return absl::OkStatus();
}

OwnedEvent OpenSegmentView::Read(uint32_t ordinal) const {
  const OpenRow& row = segment_->row(ordinal);
  OwnedEventBuilder builder(base_sequence() + ordinal);
  Event& event = builder.event();
  event.time_us = row.time_us;
  event.claimed_time_us = row.claimed_time_us;
  event.received_time_us = row.received_time_us;
  event.ingested_time_us = row.ingested_time_us;
  event.side = static_cast<Side>(row.side);
  event.outcome = static_cast<Outcome>(row.outcome);
  event.severity = row.severity;
  event.flags = row.flags;
  event.signature = segment_->signatures().at(row.signature);
  for (size_t d = 0; d < kDimensions; ++d) {
    builder.Set(event.dimensions[d], segment_->dimension(d).at(row.dimensions[d]));
  }
  for (size_t kind = 0; kind < kIdKinds; ++kind) builder.Set(event.ids[kind], OpenSegment::Id(row, kind));
  const RowTexts texts = OpenSegment::Texts(row);
  builder.Set(event.message, segment_->Message(row));
  if (row.message_template != 0) {
    builder.Set(event.message_template, segment_->texts().at(row.message_template));
    builder.Set(event.parameters, texts.message);
  }
  builder.Set(event.exception_message, texts.exception_message);
  builder.Set(event.stacktrace, segment_->Stacktrace(row));
  builder.Set(event.attributes, texts.attributes);
  return std::move(builder).Finish();
}

absl::StatusOr<std::vector<OwnedEvent>> OpenSegmentView::ReadEvents(std::span<const uint32_t> ordinals) const {
  std::vector<OwnedEvent> events;
  events.reserve(ordinals.size());
  for (const uint32_t ordinal : ordinals) {
    if (ordinal >= size_) return absl::OutOfRangeError(absl::StrCat("no event ", ordinal));
    events.push_back(Read(ordinal));
  }
  return events;
}

absl::Status OpenSegmentView::ReadVariables(std::span<const uint32_t> ordinals, VariableSet wanted,
                                            const std::function<void(const EventVariables&)>& visit) const {
  for (const uint32_t ordinal : ordinals) {
    if (ordinal >= size_) return absl::OutOfRangeError(absl::StrCat("no event ", ordinal));
    const OpenRow& row = segment_->row(ordinal);
    const RowTexts texts = OpenSegment::Texts(row);
    EventVariables variables;
    variables.time_us = row.time_us;
    variables.attributes = texts.attributes;
    if (wanted == VariableSet::kWithTraces) {
      variables.exception_message = texts.exception_message;
      variables.stacktrace = segment_->Stacktrace(row);
    }
    if (row.message_template != 0) {
      variables.message_template = segment_->texts().at(row.message_template);
      variables.parameters = texts.message;
    }
    visit(variables);
  }
  return absl::OkStatus();
}

absl::Status OpenSegmentView::ReadMessages(std::span<const uint32_t> ordinals,
                                           const std::function<void(uint32_t, std::string_view)>& visit) const {
  std::string message;
  for (const uint32_t ordinal : ordinals) {
    if (ordinal >= size_) return absl::OutOfRangeError(absl::StrCat("no event ", ordinal));
    const OpenRow& row = segment_->row(ordinal);
    const std::string_view bytes = OpenSegment::Texts(row).message;
    if (row.message_template == 0) {
      visit(ordinal, bytes);
      continue;
    }
    message.clear();
    AppendMessage(segment_->texts().at(row.message_template), bytes, message);
    visit(ordinal, message);
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<uint32_t>> OpenSegmentView::FindId(IdKind kind, std::string_view id) const {
  std::vector<uint32_t> ordinals;
  const auto k = static_cast<size_t>(kind);
  const uint64_t* hashes = segment_->id_hashes(k);
  if (hashes == nullptr || id.empty()) return ordinals;
  const uint64_t hash = OpenSegment::HashId(id);
  for (uint32_t ordinal = 0; ordinal < size_; ++ordinal) {
    if (hashes[ordinal] == hash && OpenSegment::Id(segment_->row(ordinal), k) == id) ordinals.push_back(ordinal);
  }
  return ordinals;
}

absl::Status OpenSegmentView::ForEachId(
    IdKind kind, const std::function<void(std::string_view, std::span<const uint16_t>)>& visit) const {
  const auto k = static_cast<size_t>(kind);
  const uint64_t* hashes = segment_->id_hashes(k);
  if (hashes == nullptr) return absl::OkStatus();
  std::vector<std::pair<std::string_view, uint16_t>> found;
  for (uint32_t ordinal = 0; ordinal < size_; ++ordinal) {
    if (hashes[ordinal] == 0) continue;
    found.emplace_back(OpenSegment::Id(segment_->row(ordinal), k), static_cast<uint16_t>(ordinal));
  }
  std::sort(found.begin(), found.end());
  std::vector<uint16_t> ordinals;
  for (size_t i = 0; i < found.size();) {
    const std::string_view id = found[i].first;
    ordinals.clear();
    for (; i < found.size() && found[i].first == id; ++i) ordinals.push_back(found[i].second);
    visit(id, ordinals);
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<uint32_t>> OpenSegmentView::FindSignature(uint64_t signature) const {
  std::vector<uint32_t> ordinals;
  const SignatureDictionary& dictionary = segment_->signatures();
  const uint32_t size = dictionary.size();
  uint32_t code = 0;
  while (code < size && dictionary.at(static_cast<uint16_t>(code)) != signature) ++code;
  if (code == size) return ordinals;
  for (uint32_t ordinal = 0; ordinal < size_; ++ordinal) {
    if (segment_->row(ordinal).signature == code) ordinals.push_back(ordinal);
  }
  return ordinals;
}

}  // namespace faultline::store
