#include "store/sealed_event_reader.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "base/status_macros.h"
#include "store/id_chunk.h"
#include "store/id_codec.h"
#include "store/id_ordinals.h"
#include "store/rocksdb_status.h"
#include "store/text_chunk.h"

namespace faultline::store {

absl::StatusOr<std::vector<OwnedEvent>> SealedEventReader::Read() {
  builders_.reserve(ordinals_.size());
  for (const uint32_t ordinal : ordinals_) builders_.emplace_back(segment_.base_sequence() + ordinal);
  RETURN_IF_ERROR(LoadDictionaries());
  RETURN_IF_ERROR(ReadColumnsAndTexts());
  for (uint8_t kind = 0; kind < kIdKinds; ++kind) RETURN_IF_ERROR(ReadIds(kind));
  std::vector<OwnedEvent> events;
  events.reserve(builders_.size());
  for (OwnedEventBuilder& builder : builders_) events.push_back(std::move(builder).Finish());
  return events;
}

void SealedEventReader::CopyColumns(const Columns& columns, uint32_t index, Event& event,
                                    OwnedEventBuilder& builder) const {
  event.time_us = columns.time_us[index];
  event.claimed_time_us = columns.claimed_time_us[index];
  event.received_time_us = columns.received_time_us[index];
  event.ingested_time_us = columns.ingested_time_us[index];
  event.side = static_cast<Side>(std::min<uint8_t>(columns.side[index], kSides - 1));
  event.outcome = static_cast<Outcome>(columns.outcome[index]);
  event.severity = columns.severity[index];
  event.flags = columns.flags[index];
  event.signature = (*signatures_)[columns.signature[index]];
  for (size_t d = 0; d < kDimensions; ++d) {
    builder.Set(event.dimensions[d], (*dictionaries_[d])[columns.dimensions[d][index]]);
  }
}

void SealedEventReader::CopyTexts(const TextChunk& texts, uint32_t index, Event& event, OwnedEventBuilder& builder) {
  builder.Set(event.message, texts.Message(index));
  builder.Set(event.message_template, texts.MessageTemplate(index));
  builder.Set(event.parameters, texts.Parameters(index));
  builder.Set(event.exception_message, texts.ExceptionMessage(index));
  builder.Set(event.stacktrace, texts.Stacktrace(index));
  builder.Set(event.attributes, texts.Attributes(index));
}

absl::Status SealedEventReader::LoadDictionaries() {
  for (uint8_t d = 0; d < kDimensions; ++d) {
    ASSIGN_OR_RETURN(dictionaries_.emplace_back(), segment_.dictionary(static_cast<Dimension>(d)));
  }
  ASSIGN_OR_RETURN(signatures_, segment_.signatures());
  ASSIGN_OR_RETURN(texts_, segment_.Lists(Part::kTexts, 1, segment_.texts_));
  return absl::OkStatus();
}

absl::Status SealedEventReader::ReadColumnsAndTexts() {
  Columns columns;
  TextChunk texts;
  int64_t column_chunk = -1;
  int64_t text_chunk = -1;
  for (size_t i = 0; i < ordinals_.size(); ++i) {
    const uint32_t ordinal = ordinals_[i];
    if (ordinal / kChunkEvents != column_chunk) {
      column_chunk = ordinal / kChunkEvents;
      RETURN_IF_ERROR(segment_.ReadColumns(static_cast<uint32_t>(column_chunk), kAllColumns, columns));
    }
    if (ordinal / kEventsPerTextChunk != text_chunk) {
      text_chunk = ordinal / kEventsPerTextChunk;
      RETURN_IF_ERROR(segment_.ReadTextChunk(static_cast<uint32_t>(text_chunk), columns, *texts_, texts));
    }
    CopyColumns(columns, ordinal % kChunkEvents, builders_[i].event(), builders_[i]);
    CopyTexts(texts, ordinal % kEventsPerTextChunk, builders_[i].event(), builders_[i]);
  }
  return absl::OkStatus();
}

absl::Status SealedEventReader::ReadIds(uint8_t kind) {
  if (!segment_.Has(kind)) return absl::OkStatus();
  rocksdb::PinnableSlice value;
  RETURN_IF_ERROR(segment_.ReadPart(Part::kIdOrdinals, kind, 0, value));
  IdOrdinals ordinals;
  RETURN_IF_ERROR(segment_.Explain(ordinals.Open(ToView(value))));
  const std::vector<int32_t> indexes = ordinals.IdsOf(ordinals_);
  // By id, so that each chunk is read once.
  std::vector<size_t> order(ordinals_.size());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) { return indexes[a] < indexes[b]; });
  const v1::LinkDirectory& directory = segment_.manifest().links(kind);
  const auto& first_indexes = directory.first_indexes();
  IdChunkReader reader;
  int64_t chunk = -1;
  int64_t at = -1;  // index of the id that the reader stands on
  std::string id;
  for (const size_t i : order) {
    if (indexes[i] < 0) continue;
    const auto wanted = static_cast<uint32_t>(indexes[i]);
    const auto holder =
        std::upper_bound(first_indexes.begin(), first_indexes.end(), wanted) - first_indexes.begin() - 1;
    if (holder < 0) return segment_.Explain(absl::DataLossError("id before the first chunk"));
    if (holder != chunk) {
      chunk = holder;
      RETURN_IF_ERROR(segment_.ReadPart(Part::kIdChunk, kind, static_cast<uint32_t>(chunk), value));
      RETURN_IF_ERROR(segment_.Explain(reader.Open(ToView(value))));
      at = int64_t{first_indexes[static_cast<int>(chunk)]} - 1;
    }
    for (; at < wanted; ++at) {
      if (!reader.Next()) return segment_.Explain(absl::DataLossError("id chunk is too short"));
    }
    id.clear();
    if (!DecodeId(reader.encoded_id(), id)) return segment_.Explain(absl::DataLossError("malformed id"));
    builders_[i].Set(builders_[i].event().ids[kind], id);
  }
  return absl::OkStatus();
}

}  // namespace faultline::store
