#include "store/sealed_event_reader.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "base/status_macros.h"
#include "store/chunk_runs.h"
#include "store/id_chunk.h"
#include "store/id_codec.h"
#include "store/id_ordinals.h"
#include "store/rocksdb_status.h"
#include "store/text_rows.h"

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

void SealedEventReader::CopyColumns(const Columns& rows, size_t row, OwnedEventBuilder& builder) const {
  Event& event = builder.event();
  event.time_us = rows.time_us[row];
  event.claimed_time_us = rows.claimed_time_us[row];
  event.received_time_us = rows.received_time_us[row];
  event.ingested_time_us = rows.ingested_time_us[row];
  event.side = static_cast<Side>(std::min<uint8_t>(rows.side[row], kSides - 1));
  event.outcome = static_cast<Outcome>(rows.outcome[row]);
  event.severity = rows.severity[row];
  event.flags = rows.flags[row];
  event.signature = (*signatures_)[rows.signature[row]];
  for (size_t d = 0; d < kDimensions; ++d) {
    builder.Set(event.dimensions[d], (*dictionaries_[d])[rows.dimensions[d][row]]);
  }
}

void SealedEventReader::CopyTexts(const TextRows& texts, size_t row, OwnedEventBuilder& builder) {
  Event& event = builder.event();
  builder.Set(event.message, texts.Message(row));
  builder.Set(event.message_template, texts.MessageTemplate(row));
  builder.Set(event.parameters, texts.Parameters(row));
  builder.Set(event.exception_message, texts.ExceptionMessage(row));
  builder.Set(event.stacktrace, texts.Stacktrace(row));
  builder.Set(event.attributes, texts.Attributes(row));
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
  return ForEachChunk(ordinals_, kChunkEvents, [this](uint32_t chunk, size_t first, auto indexes) -> absl::Status {
    RETURN_IF_ERROR(segment_.ReadRowsOf(chunk, indexes, kAllColumns, chunk_signatures_, rows_));
    for (size_t row = 0; row < indexes.size(); ++row) CopyColumns(rows_, row, builders_[first + row]);
    return ReadTexts(chunk, indexes, std::span(builders_).subspan(first));
  });
}

absl::Status SealedEventReader::ReadTexts(uint32_t column_chunk, std::span<const uint32_t> indexes,
                                          std::span<OwnedEventBuilder> builders) {
  static_assert(kChunkEvents % kEventsPerTextChunk == 0);
  const auto read = [&](uint32_t part, size_t first, std::span<const uint32_t> wanted) -> absl::Status {
    rocksdb::PinnableSlice value;
    const uint32_t chunk = column_chunk * (kChunkEvents / kEventsPerTextChunk) + part;
    RETURN_IF_ERROR(segment_.ReadPart(Part::kTextChunk, 0, chunk, value));
    auto signatures = std::span<const uint16_t>(chunk_signatures_).subspan(part * kEventsPerTextChunk);
    signatures = signatures.first(std::min<size_t>(kEventsPerTextChunk, signatures.size()));
    RETURN_IF_ERROR(segment_.Explain(text_rows_.Decode(ToView(value), signatures, texts_->lists[0], wanted)));
    for (size_t row = 0; row < wanted.size(); ++row) CopyTexts(text_rows_, row, builders[first + row]);
    return absl::OkStatus();
  };
  return ForEachChunk(indexes, kEventsPerTextChunk, read);
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
