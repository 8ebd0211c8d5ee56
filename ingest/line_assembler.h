// Lines -> records: stack traces, crash reports and other texts of several
// lines that a shipper put into one source record each.
//
// One assembler per source stream (a Kafka partition, a file). Inside it, lines
// of different producers (ingest/line_identity.h) are put together apart from
// one another, so that two traces may interleave. A line goes on with the
// record of its producer when
//   - the record ends inside a line (a container runtime's partial line),
//   - the machine the record is in takes it (ingest/line_rules.h),
//   - it is blank or, where its frame states no level of its own, indented,
//   - the record's first line has a time of its own and this one has none,
//   - it begins a trace, and the record so far is one line that tells of an
//     error or may.
// A record ends with a line that does not go on with it, after `max_gap_us` on
// Kafka's clock or `max_wait_us` on ours without a line, and at the limits.
//
// Source records are given back in the order of their offsets, as runs: all of
// a run's records are complete, and only behind a whole run may the position
// move. So a line in front of it is read again after a crash, and none twice.
// Records that are no lines wait for an unfinished one in front of them.
//
// Not thread-safe.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "ingest/held_record.h"
#include "ingest/line_identity.h"
#include "ingest/line_rules.h"

namespace faultline::ingest {

struct LineOptions {
  int64_t max_wait_us = 500'000;       // by our clock, for the next line
  int64_t max_gap_us = 5'000'000;      // between two lines by Kafka's clock, where it is known
  size_t max_lines = 50'000;           // of a record
  size_t max_text_bytes = 256 * 1024;  // of a record: more lines are taken, flagged and not kept
  size_t max_unmarked_lines = 200;     // that only the time of the first line joins
  size_t max_held_records = 1'000;     // source records, in all
  size_t max_held_bytes = 8 << 20;
  size_t max_producers = 64;
};

// A run of source records that are complete.
struct HeldRun {
  std::vector<std::unique_ptr<HeldRecord>> records;  // with what is left of them, by offset
  int64_t offset = 0;                                // of the last source record of the run
  int64_t next_offset = 0;
  uint64_t checksum = 0;  // of the last one's value
};

class LineAssembler {
 public:
  // `rules` must outlive it.
  LineAssembler(const LineOptions& options, const LineRules& rules) : options_(options), rules_(rules) {}

  // Whether nothing is held.
  bool empty() const { return entries_.empty(); }
  // Whether the record at `offset` is held already: it came twice.
  bool Holds(int64_t offset) const {
    return !entries_.empty() && offset >= entries_.front().first_offset && offset < entries_.back().next_offset;
  }
  // Takes a record behind all before. Records that it makes superfluous are put
  // into `spare`.
  void Add(std::unique_ptr<HeldRecord> record, int64_t now_us, std::vector<std::unique_ptr<HeldRecord>>& spare);
  // Ends records that have waited too long. Those of a file wait while there is
  // more to read, so that a slow reader sees the same records: until `idle`.
  void Expire(int64_t now_us, bool idle);
  // Ends all records.
  void Finish();
  // Takes the next run. False when there is none yet.
  bool TakeRun(HeldRun& run);
  // Forgets everything held, which will be read again.
  void Clear();

 private:
  struct Entry {
    std::unique_ptr<HeldRecord> record;  // null when all of it went into others
    uint64_t number = 0;
    uint64_t owner = 0;  // number of the entry that all of it went into
    uint64_t reach = 0;  // the last entry that went into this one
    int unfinished = 0;  // records of it that may go on
    int64_t first_offset = 0;
    int64_t offset = 0;
    int64_t next_offset = 0;
    uint64_t checksum = 0;
  };
  // A record that may go on.
  struct Open {
    LineIdentity identity;
    uint64_t entry = 0;
    size_t index = 0;  // in the entry's record
    std::string text;  // of all its lines, once there are two
    size_t lines = 1;
    size_t unmarked = 0;
    size_t blanks = 0;  // blank lines that count only if another follows
    bool cut = false;
    bool plain_text = false;
    LogRecord::Line last;
    LineRules::State state = LineRules::kPlain;
    int64_t last_offset = 0;
    int64_t last_kafka_us = 0;
    int64_t last_seen_us = 0;
  };

  Entry& EntryOf(uint64_t number);
  LogRecord& RecordOf(const Open& open);
  void AddLine(Entry& entry, size_t index, int64_t now_us);
  bool AddBlank(Entry& entry, int64_t now_us);
  bool GoesOn(Open& open, const LogRecord& record, bool& starts, LineRules::State& start);
  void Append(Open& open, LogRecord& record, Entry& entry, int64_t now_us);
  void Begin(Entry& entry, size_t index, const LineIdentity& identity, LineRules::State state, int64_t now_us);
  void End(size_t position);
  void EndContainers();
  void KeepLimits();
  void FoldIntoOwner(std::vector<std::unique_ptr<HeldRecord>>& spare);

  const LineOptions options_;
  const LineRules& rules_;
  std::deque<Entry> entries_;
  std::vector<Open> open_;
  uint64_t next_number_ = 1;
  size_t held_bytes_ = 0;
  size_t held_parts_ = 0;
};

}  // namespace faultline::ingest
