// An even, repeatable sample of events that are found segment by segment, without
// knowing beforehand how many there are.
//
// Events are kept in groups of neighbours, as those are cheap to read together; which
// groups stay is decided by a hash of their place, so the same store gives the same sample.
// Belongs to one thread; segments are kept alive by the caller.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <vector>

#include "absl/status/status.h"
#include "store/segment.h"

namespace faultline::query {

// Read of 1,024 neighbours when there are more events than the budget.
inline constexpr size_t kMaxGroupEvents = 256;

class EventSample {
 public:
  // Keeps about `budget` events when more are added.
  explicit EventSample(size_t budget) : budget_(budget) {}

  // `ordinals` ascend; a segment is added once.
  void Add(const store::Segment& segment, std::span<const uint32_t> ordinals);

  int64_t added() const { return added_; }
  // How many Read() will give.
  size_t kept() const;

  // Reads what differs between the events that were kept. Errors: the store's.
  absl::Status Read(const std::function<void(const store::EventVariables&)>& visit) const;

 private:
  struct Group {
    const store::Segment* segment;
    std::vector<uint32_t> ordinals;
  };

  void AddGroup(const store::Segment& segment, std::span<const uint32_t> ordinals);
  // Of a group: all, or some chosen by a hash, so that no rhythm of the log is followed.
  std::vector<uint32_t> Chosen(const Group& group) const;

  const size_t budget_;
  std::map<uint64_t, Group> groups_;  // by hash
  size_t kept_ = 0;                   // were all groups cut to kMaxGroupEvents
  int64_t added_ = 0;
};

}  // namespace faultline::query
