// A segment whose parts are in RocksDB. Immutable; thread-safe.
//
// Filters stay in memory with the handle; dictionaries after their first use;
// everything else is read when asked for, through RocksDB's block cache.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>

#include "faultline/store/v1/segment.pb.h"
#include "store/database.h"
#include "store/id_filter.h"
#include "store/id_index.h"
#include "store/kept.h"
#include "store/keys.h"
#include "store/message_forms.h"
#include "store/segment.h"
#include "store/string_list.h"
#include "store/text_chunk.h"

namespace faultline::store {

class SealedSegment final : public Segment {
 public:
  // Reads the filters. `database` must outlive the segment. Errors: DataLoss when
  // the manifest makes no sense or a part is missing.
  static absl::StatusOr<std::shared_ptr<const SealedSegment>> Open(const Database& database,
                                                                   v1::SegmentManifest manifest);

  const v1::SegmentManifest& manifest() const { return manifest_; }
  IdKindFilter id_filter(IdKind kind) const;
  // Memory that its filters take.
  int64_t filter_bytes() const;
  // Reads all parts. Errors: DataLoss unless they are what was written.
  absl::Status Verify() const;

  uint64_t base_sequence() const override { return manifest_.base_sequence(); }
  uint32_t size() const override { return manifest_.event_count(); }
  int64_t min_time_us() const override { return manifest_.min_time_us(); }
  int64_t max_time_us() const override { return manifest_.max_time_us(); }
  absl::StatusOr<std::shared_ptr<const Dictionary>> dictionary(Dimension d) const override;
  absl::StatusOr<std::shared_ptr<const std::vector<uint64_t>>> signatures() const override;
  absl::Status ReadColumns(uint32_t chunk, uint32_t column_set, Columns& columns) const override;
  absl::Status ReadRows(uint32_t chunk, std::span<const uint32_t> indexes, uint32_t column_set,
                        Columns& rows) const override;
  absl::StatusOr<std::shared_ptr<const Rollup>> rollup() const override;
  absl::StatusOr<std::shared_ptr<const Rollup>> minute_rollup() const override;
  absl::StatusOr<std::shared_ptr<const Rollup>> signature_rollup() const override;
  absl::StatusOr<std::vector<OwnedEvent>> ReadEvents(std::span<const uint32_t> ordinals) const override;
  absl::Status ReadVariables(std::span<const uint32_t> ordinals, VariableSet wanted,
                             const std::function<void(const EventVariables&)>& visit) const override;
  absl::Status ReadMessages(
      std::span<const uint32_t> ordinals,
      const std::function<void(uint32_t ordinal, std::string_view message)>& visit) const override;
  // Made on first use from all text chunks, then kept: some 10 KB, and 2 bytes for each number inside a word.
  absl::StatusOr<std::shared_ptr<const MessageForms>> message_forms() const override;
  absl::Status ReadParameterBytes(uint32_t chunk, ParameterSet set,
                                  const std::function<void(std::string_view)>& visit) const override;
  bool MayHaveId(const IdProbe& probe) const override;
  absl::StatusOr<std::vector<uint32_t>> FindId(IdKind kind, std::string_view id) const override;
  absl::Status ForEachId(
      IdKind kind,
      const std::function<void(std::string_view id, std::span<const uint16_t> ordinals)>& visit) const override;
  absl::StatusOr<std::vector<uint32_t>> FindSignature(uint64_t signature) const override;

 private:
  friend class SealedEventReader;

  SealedSegment(const Database& database, v1::SegmentManifest manifest);
  absl::Status ReadPart(Part part, uint8_t kind, uint32_t index, rocksdb::PinnableSlice& value) const;
  absl::StatusOr<std::shared_ptr<const StringLists>> Lists(Part part, size_t count, Kept<StringLists>& kept) const;
  // As DecodeColumnRows (store/column_chunk.h), of column chunk `chunk`.
  absl::Status ReadRowsOf(uint32_t chunk, std::span<const uint32_t> indexes, uint32_t column_set,
                          std::vector<uint16_t>& signatures, Columns& rows) const;
  // `columns` hold the signatures of the chunk's events.
  absl::Status ReadTextChunk(uint32_t chunk, const Columns& columns, const StringLists& texts, TextChunk& to,
                             TextChunk::Part wanted = TextChunk::Part::kAll) const;
  template <typename Visit>
  absl::Status ForEachText(std::span<const uint32_t> ordinals, uint32_t column_set, TextChunk::Part wanted,
                           const Visit& visit) const;
  absl::Status DecodeColumns(uint32_t chunk, uint32_t column_set, Columns& columns) const;
  // One column of a chunk, from memory where it was asked for lately: `member` of what DecodeColumns makes of
  // `column_set`, which is that column.
  template <typename T>
  absl::Status ReadKeptColumn(uint32_t chunk, uint32_t column_set, std::vector<T> Columns::*member,
                              Columns& columns) const;
  absl::StatusOr<std::shared_ptr<const Rollup>> ReadRollup() const;
  // OutOfRange beyond size(), InvalidArgument unless they ascend.
  absl::Status CheckOrdinals(std::span<const uint32_t> ordinals) const;
  absl::Status CheckCodes(uint32_t column_set, const Columns& columns) const;
  // The rollup as `reduce` makes it smaller, kept.
  absl::StatusOr<std::shared_ptr<const Rollup>> Reduced(Rollup (*reduce)(const Rollup&), Kept<Rollup>& kept) const;
  absl::StatusOr<std::vector<uint32_t>> FindInPostings(uint32_t code) const;
  // Index of `id` among the ids of `kind`; nullopt when it is not there.
  absl::StatusOr<std::optional<uint32_t>> FindIdIndex(uint8_t kind, std::string_view id) const;
  bool Has(uint8_t kind) const { return kind < manifest_.distinct_ids_size() && manifest_.distinct_ids(kind) > 0; }
  // Adds which segment and store an error is about.
  absl::Status Explain(const absl::Status& status) const;

  const Database& database_;
  const v1::SegmentManifest manifest_;
  // Of one kind of ids; empty without any.
  struct KindIndex {
    std::optional<IdFilter> filter;
    // Copied from the manifest, as far as there is room; all 0 when not known.
    std::array<uint32_t, 4> shapes{};
  };
  std::array<KindIndex, kIdKinds> kinds_;

  mutable Kept<StringLists> dictionaries_;
  mutable Kept<StringLists> texts_;
  mutable Kept<std::vector<uint64_t>> signatures_;
  mutable Kept<MessageForms> message_forms_;
  mutable Kept<Rollup> minute_rollup_;
  mutable Kept<Rollup> signature_rollup_;
};

}  // namespace faultline::store
