#include "query/suspects/span_times.h"

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_map.h"

namespace faultline::query {
namespace {

using Key = std::pair<uint64_t, uint64_t>;  // trace, span

double EndOf(const Span& span) { return static_cast<double>(span.start_us) + span.duration_us; }

// How much of `span` its children cover.
double Covered(const Span& span, std::vector<const Span*>& children) {
  std::sort(children.begin(), children.end(), [](const Span* a, const Span* b) { return a->start_us < b->start_us; });
  double covered = 0, until = static_cast<double>(span.start_us);
  for (const Span* child : children) {
    const double end = std::min(EndOf(*child), EndOf(span));
    covered += std::max(0.0, end - std::max(until, static_cast<double>(child->start_us)));
    until = std::max(until, end);
  }
  return covered;
}

}  // namespace

std::vector<OwnTime> OwnTimes(const std::vector<Span>& spans) {
  absl::flat_hash_map<Key, std::vector<const Span*>> children;
  for (const Span& span : spans) {
    if (span.parent != 0 && span.parent != span.id) children[{span.trace, span.parent}].push_back(&span);
  }
  std::vector<OwnTime> times;
  times.reserve(spans.size());
  for (const Span& span : spans) {
    OwnTime time{span.service, span.operation, {}, span.duration_us};
    if (const auto found = children.find({span.trace, span.id}); found != children.end()) {
      time.own_us = std::max(0.0, span.duration_us - Covered(span, found->second));
      for (const Span* child : found->second) {
        if (child->service != span.service) time.called.push_back(child->service);
      }
      std::sort(time.called.begin(), time.called.end());
      time.called.erase(std::unique(time.called.begin(), time.called.end()), time.called.end());
    }
    times.push_back(std::move(time));
  }
  return times;
}

}  // namespace faultline::query
