// What one thread reads of sealed segments, by part, while somebody wants to know.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "store/keys.h"

namespace faultline::store {

struct ReadCounts {
  int64_t reads = 0;
  int64_t bytes = 0;  // of parts, as stored
  ReadCounts& operator+=(const ReadCounts& other) {
    reads += other.reads;
    bytes += other.bytes;
    return *this;
  }
};

// From its making to its end it sees the reads of the thread that made it. One at a time for a thread.
class ReadTrace {
 public:
  static constexpr size_t kParts = static_cast<size_t>(kLastPart) + 1;

  ReadTrace();
  ~ReadTrace();
  ReadTrace(const ReadTrace&) = delete;
  ReadTrace& operator=(const ReadTrace&) = delete;

  // Nothing when no trace is there: a look at a thread's own variable.
  static void Note(Part part, size_t bytes) {
    if (current_ != nullptr) current_->counts_[static_cast<size_t>(part)] += {1, static_cast<int64_t>(bytes)};
  }

  const ReadCounts& of(Part part) const { return counts_[static_cast<size_t>(part)]; }
  ReadCounts total() const;
  // Bytes of RocksDB's blocks that its cache did not hold, and how often it did.
  int64_t uncached_bytes() const;
  int64_t cache_hits() const;

 private:
  static thread_local ReadTrace* current_;
  std::array<ReadCounts, kParts> counts_;
  int perf_level_;  // as it was before
  uint64_t first_uncached_bytes_, first_cache_hits_;
};

// "text", "columns", …: for people.
std::string_view PartName(Part part);

}  // namespace faultline::store
