// By how much the clock of each device is off, from how long uploads seem to take.
//
// A record that says when it was sent, by the device's clock, and when it was
// received, by the collector's, was stored at its claimed time plus (received -
// sent): the clock's error and the way of that one upload. The way is never shorter
// than nothing, so the smallest difference of a whole session is the closest to
// the clock's error, and one for all keeps the order of events inside a device.
//
// What comes out is a function of the set of events. About 24 bytes an event that has
// both times, 4 otherwise. Not thread-safe while changing.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/container/flat_hash_map.h"

namespace faultline::query {

// Received - sent of an event, that the parser added to its claimed time; nullopt where it did not know both.
// `flags` are store::EventFlag bits.
std::optional<int64_t> ClockOffset(int64_t time_us, int64_t claimed_us, int64_t received_us, uint16_t flags);

class SessionClocks {
 public:
  // An upload is not longer on its way: what is further from the smallest was sent after the clock was set.
  static constexpr int64_t kMaxUploadMicros = 600'000'000;
  // Fewer sessions do not tell how long uploads usually take; nor are 10 seconds or more believed.
  static constexpr int64_t kMinSessions = 30;

  SessionClocks();

  // Makes room for the next event, which has no clock.
  void AddEvent() { entry_of_.push_back(kNone); }
  // The last event was sent in `session` and stored `offset_us` (received - sent) after its claimed time.
  void SetClock(uint64_t session, int64_t offset_us);

  // As SetClock for an event that there is no number for; nothing when the session is not known.
  void Learn(uint64_t session, int64_t offset_us);

  bool Knows(uint64_t session) const { return numbers_.contains(session); }

  // Fetches what CorrectionOf will look at, step by step: each needs the one before to have come.
  enum class Step { kEvent, kClock, kSession };
  void Prefetch(uint32_t event, Step step) const {
    if (step == Step::kEvent) return __builtin_prefetch(&entry_of_[event]);
    const uint32_t entry = entry_of_[event];
    if (entry == kNone) return;
    if (step == Step::kClock) return __builtin_prefetch(&entries_[entry]);
    __builtin_prefetch(&sessions_[entries_[entry].session]);
  }
  bool HasClock(uint32_t event) const { return entry_of_[event] != kNone; }
  // What to add to the stored time of an event; never above 0, 0 where nothing better is known.
  int64_t CorrectionOf(uint32_t event) const;
  // The median over sessions of their smallest difference: the way of a usual upload, as long as clocks
  // are fast as often as slow. In whole milliseconds; 0 when it cannot be told.
  int64_t TypicalUploadMicros() const;

  // Calls `visit` with every event of the sessions whose clock moved since the last call.
  template <typename Visit>
  void TakeMoved(Visit visit) {
    for (const uint32_t session : moved_) {
      sessions_[session].moved = false;
      for (uint32_t entry = sessions_[session].last; entry != kNone; entry = entries_[entry].next) {
        visit(entries_[entry].event);
      }
    }
    moved_.clear();
  }

  size_t bytes() const;

 private:
  static constexpr uint32_t kNone = UINT32_MAX;
  static constexpr int64_t kBucketMicros = 1'000;
  static constexpr int64_t kBuckets = 20'002;  // of kBucketMicros around 0; the first and last hold what is beyond

  struct Session {
    int64_t least_us;
    uint32_t last;  // entry
    bool moved;
  };
  struct Entry {
    int64_t offset_us;
    uint32_t session, next, event;
  };
  static size_t BucketOf(int64_t offset_us);
  void Lower(uint32_t session, int64_t offset_us);

  absl::flat_hash_map<uint64_t, uint32_t> numbers_;
  std::vector<Session> sessions_;
  std::vector<Entry> entries_;
  std::vector<uint32_t> entry_of_;  // by event
  std::vector<uint32_t> moved_;
  std::vector<uint32_t> sessions_in_;  // by bucket of their smallest difference
};

}  // namespace faultline::query
