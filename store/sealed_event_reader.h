// Puts whole events of a sealed segment together: columns, ids, texts.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "absl/status/statusor.h"
#include "store/owned_event_builder.h"
#include "store/sealed_segment.h"
#include "store/text_rows.h"

namespace faultline::store {

// For one read. `ordinals` ascend and are in range.
class SealedEventReader {
 public:
  SealedEventReader(const SealedSegment& segment, std::span<const uint32_t> ordinals)
      : segment_(segment), ordinals_(ordinals) {}

  absl::StatusOr<std::vector<OwnedEvent>> Read();

 private:
  absl::Status LoadDictionaries();
  absl::Status ReadIds(uint8_t kind);
  absl::Status ReadColumnsAndTexts();
  // Of events of one column chunk; `builders` begin with those of `indexes`.
  absl::Status ReadTexts(uint32_t column_chunk, std::span<const uint32_t> indexes,
                         std::span<OwnedEventBuilder> builders);
  static void CopyTexts(const TextRows& texts, size_t row, OwnedEventBuilder& builder);
  void CopyColumns(const Columns& rows, size_t row, OwnedEventBuilder& builder) const;

  const SealedSegment& segment_;
  const std::span<const uint32_t> ordinals_;
  std::vector<OwnedEventBuilder> builders_;
  std::vector<std::shared_ptr<const Segment::Dictionary>> dictionaries_;
  std::shared_ptr<const std::vector<uint64_t>> signatures_;
  std::shared_ptr<const StringLists> texts_;
  // Of the chunk that is being read.
  std::vector<uint16_t> chunk_signatures_;
  Columns rows_;
  TextRows text_rows_;
};

}  // namespace faultline::store
