// Finds the end of a batch that cannot be decoded.
//
// librdkafka fetches an undecodable batch (broken, or larger than the memory
// limit once decompressed) again and again, from whatever offset inside it. So:
// after three errors at the same place, probe 1, 2, 4, … offsets further until
// a record comes, then halve the distance between the last bad and the first
// good place. Pure: the caller seeks.
#pragma once

#include <cstdint>
#include <optional>

namespace faultline::ingest {

class PoisonSearch {
 public:
  // What to do next: nothing, seek to `probe`, or the search is over and
  // reading goes on at `resume`, the first readable offset.
  struct Step {
    std::optional<int64_t> probe;
    std::optional<int64_t> resume;
  };

  // A batch could not be decoded. `position` is where reading stood (ignored
  // while searching); `log_end` the offset of the next record to be produced,
  // or -1 where unknown.
  Step OnError(int64_t position, int64_t log_end);
  // The probe was readable: a record came, or nothing at all in good time.
  // Only while searching().
  Step OnReadable();
  // Reading goes on without an error.
  void OnProgress() { errors_ = 0; }

  bool searching() const { return searching_; }
  // Where reading stands while searching.
  int64_t probe() const { return probe_; }

 private:
  Step Next(int64_t log_end);
  Step Halve();

  static constexpr int kErrorsBeforeSearch = 3;

  int errors_ = 0;
  int64_t errors_at_ = -1;
  bool searching_ = false;
  int64_t start_ = 0;
  int64_t bad_ = 0;    // the furthest offset known to be unreadable
  int64_t good_ = -1;  // the nearest one known to be readable, -1 for none yet
  int64_t probe_ = 0;
};

}  // namespace faultline::ingest
