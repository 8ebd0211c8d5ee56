#include "store/sealed_segment.h"

#include <xxhash.h>

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "store/read_trace.h"
#include "store/rocksdb_status.h"
#include "store/sealed_event_reader.h"

namespace faultline::store {
namespace {

bool MakesSense(const v1::SegmentManifest& manifest) {
  if (manifest.event_count() == 0 || manifest.event_count() > kMaxSegmentEvents) return false;
  if (manifest.min_time_us() > manifest.max_time_us()) return false;
  if (manifest.links_size() != kIdKinds || manifest.distinct_ids_size() != kIdKinds) return false;
  for (const v1::LinkDirectory& links : manifest.links()) {
    if (links.first_ids_size() != links.first_indexes_size()) return false;
  }
  return true;
}

}  // namespace

SealedSegment::SealedSegment(const Database& database, v1::SegmentManifest manifest)
    : database_(database), manifest_(std::move(manifest)) {}

absl::StatusOr<std::shared_ptr<const SealedSegment>> SealedSegment::Open(const Database& database,
                                                                         v1::SegmentManifest manifest) {
  const std::shared_ptr<SealedSegment> segment(new SealedSegment(database, std::move(manifest)));
  if (!MakesSense(segment->manifest_)) return segment->Explain(absl::DataLossError("malformed manifest"));
  for (uint8_t kind = 0; kind < kIdKinds; ++kind) {
    if (!segment->Has(kind)) continue;
    rocksdb::PinnableSlice value;
    RETURN_IF_ERROR(segment->ReadPart(Part::kIdFilter, kind, 0, value));
    absl::StatusOr<IdFilter> filter = IdFilter::Decode(ToView(value));
    if (!filter.ok()) return segment->Explain(filter.status());
    KindIndex& index = segment->kinds_[kind];
    index.filter = *std::move(filter);
    const auto& shapes = segment->manifest_.links(kind).shapes();
    if (static_cast<size_t>(shapes.size()) > index.shapes.size()) continue;
    std::copy(shapes.begin(), shapes.end(), index.shapes.begin());
  }
  return std::shared_ptr<const SealedSegment>(segment);
}

absl::Status SealedSegment::Explain(const absl::Status& status) const {
  if (status.ok()) return status;
  return absl::Status(status.code(), absl::StrCat("segment ", manifest_.segment(), " of the store ", database_.path(),
                                                  ": ", status.message()));
}

absl::Status SealedSegment::ReadPart(Part part, uint8_t kind, uint32_t index, rocksdb::PinnableSlice& value) const {
  const absl::Status status =
      database_.Get(Family::kSegments, PartKey(manifest_.segment(), part, kind, static_cast<uint16_t>(index)), value);
  ReadTrace::Note(part, value.size());
  if (!absl::IsNotFound(status)) return status;
  return Explain(absl::DataLossError(
      absl::StrCat("part ", static_cast<int>(part), "/", static_cast<int>(kind), "/", index, " is missing")));
}

absl::Status SealedSegment::Verify() const {
  XXH3_state_t* state = XXH3_createState();
  XXH3_64bits_reset(state);
  const absl::Status status =
      database_.ForEach(Family::kSegments, NumberKey(manifest_.segment()), NumberKey(manifest_.segment() + 1),
                        [state](std::string_view, std::string_view value) -> absl::StatusOr<bool> {
                          XXH3_64bits_update(state, value.data(), value.size());
                          return true;
                        });
  const uint64_t checksum = XXH3_64bits_digest(state);
  XXH3_freeState(state);
  RETURN_IF_ERROR(status);
  if (checksum == manifest_.checksum()) return absl::OkStatus();
  return Explain(absl::DataLossError("its parts are not those that were written (checksum)"));
}

absl::StatusOr<std::shared_ptr<const StringLists>> SealedSegment::Lists(Part part, size_t count,
                                                                        Kept<StringLists>& kept) const {
  if (auto lists = kept.Get(); lists != nullptr) return lists;
  rocksdb::PinnableSlice value;
  RETURN_IF_ERROR(ReadPart(part, 0, 0, value));
  absl::StatusOr<std::shared_ptr<const StringLists>> lists = DecodeStringLists(ToView(value), count);
  if (!lists.ok()) return Explain(lists.status());
  kept.Keep(*lists);
  return lists;
}

absl::StatusOr<std::shared_ptr<const Segment::Dictionary>> SealedSegment::dictionary(Dimension d) const {
  ASSIGN_OR_RETURN(const std::shared_ptr<const StringLists> lists,
                   Lists(Part::kDictionaries, kDimensions, dictionaries_));
  return std::shared_ptr<const Dictionary>(lists, &lists->lists[static_cast<size_t>(d)]);
}

absl::StatusOr<std::shared_ptr<const std::vector<uint64_t>>> SealedSegment::signatures() const {
  if (auto known = signatures_.Get(); known != nullptr) return known;
  rocksdb::PinnableSlice value;
  RETURN_IF_ERROR(ReadPart(Part::kSignatures, 0, 0, value));
  auto signatures = DecodeSignatures(ToView(value));
  if (!signatures.ok()) return Explain(signatures.status());
  signatures_.Keep(*signatures);
  return signatures;
}

absl::Status SealedSegment::ReadTextChunk(uint32_t chunk, const Columns& columns, const StringLists& texts,
                                          TextChunk& to, TextChunk::Part wanted) const {
  rocksdb::PinnableSlice value;
  RETURN_IF_ERROR(ReadPart(Part::kTextChunk, 0, chunk, value));
  const uint32_t first = chunk * kEventsPerTextChunk;
  const auto signatures = std::span(columns.signature).subspan(first - columns.first_ordinal);
  const size_t events = std::min<size_t>(kEventsPerTextChunk, signatures.size());
  return Explain(to.Decode(ToView(value), signatures.first(events), texts.lists[0], wanted));
}

absl::Status SealedSegment::CheckOrdinals(std::span<const uint32_t> ordinals) const {
  for (size_t i = 0; i < ordinals.size(); ++i) {
    if (ordinals[i] >= size()) return absl::OutOfRangeError(absl::StrCat("no event ", ordinals[i]));
    if (i > 0 && ordinals[i] <= ordinals[i - 1]) return absl::InvalidArgumentError("ordinals must ascend");
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<OwnedEvent>> SealedSegment::ReadEvents(std::span<const uint32_t> ordinals) const {
  RETURN_IF_ERROR(CheckOrdinals(ordinals));
  return SealedEventReader(*this, ordinals).Read();
}

// Calls `visit(ordinal, columns, texts)` with the columns and the text chunk of each.
template <typename Visit>
absl::Status SealedSegment::ForEachText(std::span<const uint32_t> ordinals, uint32_t column_set, TextChunk::Part wanted,
                                        const Visit& visit) const {
  RETURN_IF_ERROR(CheckOrdinals(ordinals));
  ASSIGN_OR_RETURN(const auto lists, Lists(Part::kTexts, 1, texts_));
  Columns columns;
  TextChunk texts;
  int64_t column_chunk = -1, text_chunk = -1;
  for (const uint32_t ordinal : ordinals) {
    if (ordinal / kChunkEvents != column_chunk) {
      column_chunk = ordinal / kChunkEvents;
      RETURN_IF_ERROR(ReadColumns(static_cast<uint32_t>(column_chunk), column_set, columns));
    }
    if (ordinal / kEventsPerTextChunk != text_chunk) {
      text_chunk = ordinal / kEventsPerTextChunk;
      RETURN_IF_ERROR(ReadTextChunk(static_cast<uint32_t>(text_chunk), columns, *lists, texts, wanted));
    }
    visit(ordinal, columns, texts);
  }
  return absl::OkStatus();
}

absl::Status SealedSegment::ReadVariables(std::span<const uint32_t> ordinals, VariableSet wanted,
                                          const std::function<void(const EventVariables&)>& visit) const {
  const bool traces = wanted == VariableSet::kWithTraces;
  const auto part = traces ? TextChunk::Part::kAll : TextChunk::Part::kVariables;
  const auto add = [&](uint32_t ordinal, const Columns& columns, const TextChunk& texts) {
    const uint32_t index = ordinal % kEventsPerTextChunk;
    const std::string exception_message = traces ? texts.ExceptionMessage(index) : "";
    visit({columns.time_us[ordinal % kChunkEvents], texts.MessageTemplate(index), texts.Parameters(index),
           texts.Attributes(index), exception_message, traces ? texts.Stacktrace(index) : std::string_view()});
  };
  return ForEachText(ordinals, kTimeColumn | kSignatureColumn, part, add);
}

absl::Status SealedSegment::ReadMessages(std::span<const uint32_t> ordinals,
                                         const std::function<void(uint32_t, std::string_view)>& visit) const {
  const auto add = [&](uint32_t ordinal, const Columns&, const TextChunk& texts) {
    visit(ordinal, texts.Message(ordinal % kEventsPerTextChunk));
  };
  return ForEachText(ordinals, kSignatureColumn, TextChunk::Part::kMessages, add);
}

absl::StatusOr<std::shared_ptr<const MessageForms>> SealedSegment::message_forms() const {
  if (auto forms = message_forms_.Get(); forms != nullptr) return forms;
  ASSIGN_OR_RETURN(const auto texts, Lists(Part::kTexts, 1, texts_));
  ASSIGN_OR_RETURN(const auto known, signatures());
  auto forms = std::make_shared<MessageForms>(MakeMessageForms(texts, known->size()));
  Columns columns;
  rocksdb::PinnableSlice value;
  for (uint32_t first = 0, chunk = 0; first < size(); first += kEventsPerTextChunk, ++chunk) {
    if (first % kChunkEvents == 0) RETURN_IF_ERROR(ReadColumns(first / kChunkEvents, kSignatureColumn, columns));
    value.Reset();
    RETURN_IF_ERROR(ReadPart(Part::kTextChunk, 0, chunk, value));
    const auto codes = std::span(columns.signature).subspan(first % kChunkEvents);
    const size_t events = std::min<size_t>(kEventsPerTextChunk, codes.size());
    RETURN_IF_ERROR(Explain(AddMessageForms(ToView(value), codes.first(events), *forms)));
  }
  FinishMessageForms(*forms);
  message_forms_.Keep(forms);
  return forms;
}

absl::Status SealedSegment::ReadParameterBytes(uint32_t chunk, ParameterSet set,
                                               const std::function<void(std::string_view)>& visit) const {
  if (chunk >= chunk_count()) return absl::OutOfRangeError(absl::StrCat("no chunk ", chunk));
  rocksdb::PinnableSlice value;
  ByteBuffer buffer;
  const uint32_t end = std::min(size(), (chunk + 1) * kChunkEvents);
  for (uint32_t first = chunk * kChunkEvents; first < end; first += kEventsPerTextChunk) {
    value.Reset();
    RETURN_IF_ERROR(ReadPart(Part::kTextChunk, 0, first / kEventsPerTextChunk, value));
    RETURN_IF_ERROR(Explain(store::ReadParameterBytes(ToView(value), set, buffer, visit)));
  }
  return absl::OkStatus();
}

}  // namespace faultline::store
