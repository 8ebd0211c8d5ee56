// Everything that goes into the store with one segment, atomically.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "store/open_segment.h"
#include "store/record_outcome.h"
#include "store/store.h"

namespace faultline::store {

struct SealBatch {
  // May hold no events: then only the rest is written.
  std::shared_ptr<OpenSegment> segment;
  std::vector<StreamPosition> positions;  // of streams that changed
  std::vector<SignatureDefinition> signatures;
  std::map<std::string, uint64_t> attempts;    // by MakeAttemptsKey()
  std::vector<StoredDeadLetter> dead_letters;  // numbered when written
  std::map<std::string, std::string> other;    // ValueLimits::TakeChanged()
  std::vector<uint64_t> replayed;              // numbers of dead letters to mark
  size_t other_bytes = 0;                      // of memory, for attempts and dead letters

  // Memory that it holds.
  size_t bytes() const {
    return segment == nullptr ? other_bytes : segment->text_bytes() + segment->size() * sizeof(OpenRow) + other_bytes;
  }
};

}  // namespace faultline::store
