// Puts whole events of a sealed segment together: columns, ids, texts.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "absl/status/statusor.h"
#include "store/owned_event_builder.h"
#include "store/sealed_segment.h"

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
  static void CopyTexts(const TextChunk& texts, uint32_t index, Event& event, OwnedEventBuilder& builder);
  void CopyColumns(const Columns& columns, uint32_t index, Event& event, OwnedEventBuilder& builder) const;

  const SealedSegment& segment_;
  const std::span<const uint32_t> ordinals_;
  std::vector<OwnedEventBuilder> builders_;
  std::vector<std::shared_ptr<const Segment::Dictionary>> dictionaries_;
  std::shared_ptr<const std::vector<uint64_t>> signatures_;
  std::shared_ptr<const StringLists> texts_;
};

}  // namespace faultline::store
