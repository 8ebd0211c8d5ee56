// Disjoint sets over 0 .. size() - 1 that can be listed and taken apart again.
//
// Union by size keeps every element within log2(n) steps of its root, so that
// looking changes nothing. 8 bytes an element. Not thread-safe while changing.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace faultline::query {

class UnitLinks {
 public:
  void Reserve(size_t elements);
  // Adds an element that is a set by itself.
  void Add();

  uint32_t RootOf(uint32_t element) const {
    while (parents_[element] >= 0) element = static_cast<uint32_t>(parents_[element]);
    return element;
  }
  uint32_t SizeOf(uint32_t root) const { return static_cast<uint32_t>(-parents_[root]); }
  size_t size() const { return parents_.size(); }

  // Calls `visit` for every element of the set that holds `element`, itself first.
  template <typename Visit>
  void ForEachMember(uint32_t element, Visit visit) const {
    uint32_t at = element;
    do {
      visit(at);
      at = next_[at];
    } while (at != element);
  }

  struct Union {
    uint32_t root, absorbed;  // absorbed was a root until now
  };
  // Fetches what ForEachMember will ask for first; then, some time later, that of the next member.
  void Prefetch(uint32_t element) const { __builtin_prefetch(&next_[element]); }
  uint32_t NextOf(uint32_t element) const { return next_[element]; }

  // Nullopt when both are in one set already.
  std::optional<Union> Unite(uint32_t a, uint32_t b);
  // Makes every element of the set a set by itself; appends them to `members`.
  void Dissolve(uint32_t element, std::vector<uint32_t>& members);
  // Shortens the way from `element` to its root to one step.
  void Compress(uint32_t element);

 private:
  std::vector<int32_t> parents_;  // of a root: minus the size of its set
  std::vector<uint32_t> next_;    // the members of a set form a ring
};

}  // namespace faultline::query
