// Where every source stream stands, by the number the writer gave it.
//
// One thread.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/record_outcome.h"

namespace faultline::store {

class StreamTable {
 public:
  // `stored` are the positions that the store has.
  explicit StreamTable(std::vector<StreamPosition> stored);

  // See Writer.
  uint32_t Add(const StreamPosition& position);
  std::optional<StreamPosition> Find(std::string_view stream) const;
  void Reset(uint32_t stream, int64_t next_offset);
  bool Has(uint32_t stream) const { return stream < streams_.size(); }
  const StreamPosition& At(uint32_t stream) const { return streams_[stream].position; }

  bool IsRepeat(uint32_t stream, int64_t offset) const { return offset < At(stream).next_offset; }

  // Moves the stream over `outcome`. True when it was stored before and must be
  // dropped.
  // `known`: it was stored under another offset, so that the position moves all the same.
  bool Advance(const RecordOutcome& outcome, int64_t now_us, bool known = false);
  // Counts dead letters that a record of `stream` replayed.
  void CountReplayed(uint32_t stream, int64_t letters) { Change(stream).position.replayed += letters; }

  // Positions that changed since the last call.
  std::vector<StreamPosition> TakeChanged();

 private:
  struct Stream {
    StreamPosition position;
    bool changed = false;
  };
  Stream& Change(uint32_t stream);

  std::vector<Stream> streams_;
  std::vector<uint32_t> changed_;
  std::map<std::string, uint32_t, std::less<>> numbers_;
  std::map<std::string, StreamPosition, std::less<>> stored_;  // of streams not added yet
};

}  // namespace faultline::store
