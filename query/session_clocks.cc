#include "query/session_clocks.h"

#include <algorithm>

#include "store/event.h"

namespace faultline::query {

std::optional<int64_t> ClockOffset(int64_t time_us, int64_t claimed_us, int64_t received_us, uint16_t flags) {
  const bool placed = (flags & (store::kTimeSkewed | store::kTimeMissing)) == 0;
  if (!placed || claimed_us == 0 || received_us == 0 || claimed_us == time_us) return std::nullopt;
  return time_us - claimed_us;
}

SessionClocks::SessionClocks() : sessions_in_(kBuckets) {}

size_t SessionClocks::BucketOf(int64_t offset_us) {
  constexpr int64_t kEdge = (kBuckets / 2 - 1) * kBucketMicros;
  if (offset_us < -kEdge) return 0;
  if (offset_us >= kEdge) return kBuckets - 1;
  return static_cast<size_t>((offset_us + kEdge) / kBucketMicros + 1);
}

void SessionClocks::SetClock(uint64_t session, int64_t offset_us) {
  const auto event = static_cast<uint32_t>(entry_of_.size() - 1);
  const auto [found, added] = numbers_.try_emplace(session, static_cast<uint32_t>(sessions_.size()));
  if (added) {
    sessions_.push_back({offset_us, kNone, false});
    ++sessions_in_[BucketOf(offset_us)];
  }
  Lower(found->second, offset_us);
  Session& of = sessions_[found->second];
  const auto entry = static_cast<uint32_t>(entries_.size());
  entries_.push_back({offset_us, found->second, of.last, event});
  of.last = entry;
  entry_of_[event] = entry;
}

void SessionClocks::Learn(uint64_t session, int64_t offset_us) {
  const auto found = numbers_.find(session);
  if (found != numbers_.end()) Lower(found->second, offset_us);
}

void SessionClocks::Lower(uint32_t session, int64_t offset_us) {
  Session& of = sessions_[session];
  if (offset_us >= of.least_us) return;
  --sessions_in_[BucketOf(of.least_us)];
  ++sessions_in_[BucketOf(offset_us)];
  of.least_us = offset_us;
  if (!of.moved) moved_.push_back(session);
  of.moved = true;
}

int64_t SessionClocks::CorrectionOf(uint32_t event) const {
  if (entry_of_[event] == kNone) return 0;
  const Entry& entry = entries_[entry_of_[event]];
  const int64_t correction = sessions_[entry.session].least_us - entry.offset_us;
  return correction < -kMaxUploadMicros ? 0 : correction;
}

int64_t SessionClocks::TypicalUploadMicros() const {
  const auto sessions = static_cast<int64_t>(sessions_.size());
  if (sessions < kMinSessions) return 0;
  int64_t below = 0;
  for (int64_t bucket = 0; bucket < kBuckets; ++bucket) {
    below += sessions_in_[static_cast<size_t>(bucket)];
    if (2 * below < sessions) continue;
    return bucket == kBuckets - 1 ? 0 : std::max<int64_t>(0, (bucket - kBuckets / 2) * kBucketMicros);
  }
  return 0;
}

size_t SessionClocks::bytes() const {
  return entry_of_.capacity() * sizeof(uint32_t) + entries_.capacity() * sizeof(Entry) +
         sessions_.capacity() * (sizeof(Session) + sizeof(uint64_t) * 2);
}

}  // namespace faultline::query
