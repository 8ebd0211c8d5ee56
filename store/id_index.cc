#include "store/id_index.h"

#include <algorithm>

namespace faultline::store {
namespace {

// Each look misses every cache, so the next ones are fetched meanwhile.
constexpr size_t kPrefetchAhead = 32;

}  // namespace

void IdIndex::Add(uint32_t segment, IdKind kind, const IdKindFilter& filter) {
  if (filter.filter == nullptr) return;
  OfKind& of = kinds_[static_cast<size_t>(kind)];
  of.entries.push_back({filter.filter->reader(), segment});
  of.any |= filter.shapes.empty() || filter.shapes.front() == 0;
  for (const uint32_t shape : filter.shapes) {
    if (shape != 0 && std::find(of.shapes.begin(), of.shapes.end(), shape) == of.shapes.end()) {
      of.shapes.push_back(shape);
    }
  }
}

std::vector<uint32_t> IdIndex::Candidates(const IdProbe& probe) const {
  std::vector<uint32_t> candidates;
  const OfKind& of = kinds_[static_cast<size_t>(probe.kind)];
  const bool has_shape = of.any || std::find(of.shapes.begin(), of.shapes.end(), probe.shape) != of.shapes.end();
  if (probe.shape == 0 || !has_shape) return candidates;
  const std::vector<Entry>& entries = of.entries;
  for (size_t i = 0; i < std::min(kPrefetchAhead, entries.size()); ++i) entries[i].filter.Prefetch(probe.hash);
  for (size_t i = 0; i < entries.size(); ++i) {
    if (i + kPrefetchAhead < entries.size()) entries[i + kPrefetchAhead].filter.Prefetch(probe.hash);
    if (entries[i].filter.MayContain(probe.hash)) candidates.push_back(entries[i].segment);
  }
  return candidates;
}

}  // namespace faultline::store
