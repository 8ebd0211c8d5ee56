// The dead letters of a store as records, to be taken again into the same store.
//
// A stream is that of the letters with "replay:" in front; its offsets are running
// numbers, for which letters are taken again is said by the letters, not by a
// position. Letters that come while it reads are left for the next time. Not
// thread-safe.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "ingest/letter_records.h"
#include "ingest/record_source.h"
#include "store/store.h"

namespace faultline::ingest {

class LetterSource final : public RecordSource {
 public:
  // Reads `store`, which must outlive it, as far as it goes now. `reason`: see LetterRecords.
  LetterSource(const store::Store& store, std::string reason) : store_(store), records_(std::move(reason)) {}

  absl::Status Start(StreamRegistry& registry) override;
  // Errors: the store's.
  absl::Status Poll(std::chrono::milliseconds timeout, SourceBatch& batch) override;
  absl::Status Commit(const std::vector<store::StreamPosition>& durable) override;
  void SetPaused(bool paused) override { paused_ = paused; }
  std::vector<std::pair<std::string, int64_t>> Lag() const override { return {}; }
  void Stop() override {}

  // So far.
  int64_t letters() const { return letters_; }
  int64_t records() const { return taken_; }
  const std::map<std::string, int64_t>& left_out() const { return records_.left_out(); }

 private:
  struct Stream {
    uint32_t number = 0;
    int64_t next_offset = 0;
  };
  struct Held {
    LetterRecord record;
    std::vector<std::pair<std::string, std::string>> headers;
  };

  // Reads the next letters, or ends.
  absl::Status Read();
  void Hold(LetterRecord record);
  void Append(const Held& held, SourceBatch& batch);

  const store::Store& store_;
  LetterRecords records_;
  StreamRegistry* registry_ = nullptr;
  uint64_t after_ = 0;
  uint64_t last_ = UINT64_MAX;  // number of the last letter there was at the start
  bool at_end_ = false;
  bool paused_ = false;
  std::deque<Held> held_;  // of the last batch, whose views point into them
  std::map<std::string, Stream> streams_;
  int64_t letters_ = 0, taken_ = 0;
};

}  // namespace faultline::ingest
