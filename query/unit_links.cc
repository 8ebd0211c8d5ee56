#include "query/unit_links.h"

namespace faultline::query {

void UnitLinks::Reserve(size_t elements) {
  parents_.reserve(elements);
  next_.reserve(elements);
}

void UnitLinks::Add() {
  next_.push_back(static_cast<uint32_t>(parents_.size()));
  parents_.push_back(-1);
}

std::optional<UnitLinks::Union> UnitLinks::Unite(uint32_t a, uint32_t b) {
  a = RootOf(a);
  b = RootOf(b);
  if (a == b) return std::nullopt;
  if (SizeOf(a) < SizeOf(b)) std::swap(a, b);
  parents_[a] += parents_[b];
  parents_[b] = static_cast<int32_t>(a);
  std::swap(next_[a], next_[b]);  // splices the two rings
  return Union{a, b};
}

void UnitLinks::Dissolve(uint32_t element, std::vector<uint32_t>& members) {
  uint32_t at = element;
  do {
    const uint32_t next = next_[at];
    members.push_back(at);
    parents_[at] = -1;
    next_[at] = at;
    at = next;
  } while (at != element);
}

void UnitLinks::Compress(uint32_t element) {
  const uint32_t root = RootOf(element);
  if (element != root) parents_[element] = static_cast<int32_t>(root);
}

}  // namespace faultline::query
