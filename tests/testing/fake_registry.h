// A StreamRegistry that keeps positions as a store would, and the records that
// it would have stored.
#pragma once

#include <xxhash.h>

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ingest/record_source.h"

namespace faultline::testing {

class FakeRegistry final : public ingest::StreamRegistry {
 public:
  std::pair<uint32_t, store::StreamPosition> Open(const store::StreamPosition& initial) override {
    const auto [place, added] = numbers_.emplace(initial.stream, static_cast<uint32_t>(positions_.size()));
    if (added) positions_.push_back(initial);
    store::StreamPosition& position = positions_[place->second];
    position.label = initial.label;
    ++position.epoch;
    return {place->second, position};
  }
  std::optional<store::StreamPosition> Find(std::string_view stream) const override {
    const auto found = numbers_.find(std::string(stream));
    if (found == numbers_.end()) return std::nullopt;
    return positions_[found->second];
  }
  void Reset(uint32_t stream, int64_t next_offset) override {
    store::StreamPosition& position = positions_[stream];
    position.next_offset = next_offset;
    position.last_offset = -1;
    ++position.epoch;
  }
  absl::Status Flush() override {
    ++flushes;
    return absl::OkStatus();
  }

  // Stores a batch: what is below a stream's position is a repeat.
  void Take(const ingest::SourceBatch& batch) {
    for (const ingest::SourceRecord& record : batch.records) {
      store::StreamPosition& position = positions_.at(record.stream);
      ++position.consumed;
      if (record.offset < position.next_offset) {
        ++repeats;
        continue;
      }
      position.last_offset = record.offset;
      position.next_offset = record.next_offset;
      position.last_checksum = XXH3_64bits(record.value.data(), record.value.size());
      values.emplace_back(record.value);
      errors.emplace_back(record.source_error);
      sizes.push_back(record.original_size_bytes);
    }
  }
  const std::vector<store::StreamPosition>& positions() const { return positions_; }

  std::vector<std::string> values;  // of the records stored, in order
  std::vector<std::string> errors;  // their source_error
  std::vector<int64_t> sizes;       // their original_size_bytes
  int64_t repeats = 0;
  int flushes = 0;

 private:
  std::map<std::string, uint32_t> numbers_;
  std::vector<store::StreamPosition> positions_;
};

}  // namespace faultline::testing
