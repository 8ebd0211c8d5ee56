// Which segments may have an id: the filters of all sealed segments of a view, side by side, so that a look at each is
// one cache line that was fetched ahead.
//
// Immutable; thread-safe. The segments must outlive it.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "store/event.h"
#include "store/id_filter.h"
#include "store/segment.h"

namespace faultline::store {

// What a segment tells of its ids of one kind.
struct IdKindFilter {
  const IdFilter* filter = nullptr;  // null: it has none
  std::span<const uint32_t> shapes;  // of its ids, as IdProbe::shape; 0 first when not known
};

class IdIndex {
 public:
  // `filter_of(i, kind)` is that of segment i < `segments`.
  template <typename FilterOf>
  IdIndex(size_t segments, const FilterOf& filter_of) {
    for (size_t i = 0; i < segments; ++i) {
      for (int kind = 0; kind < kIdKinds; ++kind) {
        Add(static_cast<uint32_t>(i), static_cast<IdKind>(kind), filter_of(i, static_cast<IdKind>(kind)));
      }
    }
    segments_ = segments;
  }

  // How many segments it covers: the first ones of the view.
  size_t segments() const { return segments_; }
  // Indexes of the segments that may have the id, ascending.
  std::vector<uint32_t> Candidates(const IdProbe& probe) const;

 private:
  struct Entry {
    IdFilter::Reader filter;
    uint32_t segment;
  };
  struct OfKind {
    std::vector<Entry> entries;
    std::vector<uint32_t> shapes;  // of the ids of all segments; when empty and any is set, not known
    bool any = false;
  };
  void Add(uint32_t segment, IdKind kind, const IdKindFilter& filter);

  std::array<OfKind, kIdKinds> kinds_;
  size_t segments_ = 0;
};

}  // namespace faultline::store
