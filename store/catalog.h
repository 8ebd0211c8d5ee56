// Which segments a store has, and the view of them that queries take.
//
// A segment is in every view exactly once from its first event on: open, then
// waiting to be sealed, then sealed, then as part of a merged one. Each step
// swaps it under the lock. Thread-safe.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/mutex.h"
#include "store/open_segment.h"
#include "store/sealed_segment.h"
#include "store/store.h"

namespace faultline::store {

class Catalog {
 public:
  using Sealed = std::shared_ptr<const SealedSegment>;

  // Replaces everything but open segments.
  void Load(std::vector<Sealed> segments, std::vector<StreamPosition> positions, uint64_t next_sequence);

  // `segment` comes after all others.
  void AddOpen(std::shared_ptr<const OpenSegment> segment);
  // Takes `open` away and puts `sealed` in its place, which may be null, and
  // takes over `positions`, the new ones of some streams.
  void Seal(const OpenSegment* open, Sealed sealed, const std::vector<StreamPosition>& positions);
  // Puts `merged` (null: nothing) in the place of `gone`.
  void Replace(const std::vector<Sealed>& gone, Sealed merged);

  std::shared_ptr<const View> view() const;
  std::vector<Sealed> sealed() const;
  // Segments, events and filters of the sealed ones; the rest is left 0.
  Store::Size CountSealed() const;
  std::vector<StreamPosition> positions() const;

 private:
  void Changed() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) { view_.reset(); }
  void SealedChanged() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) {
    id_index_.reset();
    Changed();
  }
  bool IsCurrent() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);

  mutable Mutex mu_;
  std::map<uint64_t, Sealed> sealed_ ABSL_GUARDED_BY(mu_);  // by base sequence
  std::vector<std::shared_ptr<const OpenSegment>> open_ ABSL_GUARDED_BY(mu_);
  std::map<std::string, StreamPosition> positions_ ABSL_GUARDED_BY(mu_);
  uint64_t next_sequence_ ABSL_GUARDED_BY(mu_) = 0;
  // The last view, while nothing has changed.
  mutable std::shared_ptr<const View> view_ ABSL_GUARDED_BY(mu_);
  // Of sealed_, made with the first view after they changed.
  mutable std::shared_ptr<const IdIndex> id_index_ ABSL_GUARDED_BY(mu_);
};

// Errors: DataLoss unless `segments` do not overlap and end by `next_sequence`.
absl::Status CheckOrder(std::vector<Catalog::Sealed> segments, uint64_t next_sequence, const std::string& path);

}  // namespace faultline::store
