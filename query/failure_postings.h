// The failures of a unit graph by signature and time.
//
// Beside each stands a copy of what is mostly asked of it: the failures of a signature are far apart in the graph, and
// going there costs more than everything that is counted. 14 bytes a failure. Not thread-safe while changing.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "query/event_facts.h"
#include "query/posting_block.h"
#include "store/segment.h"

namespace faultline::query {

struct Failures {
  std::span<const uint32_t> events;
  std::span<const EventFacts> facts;  // of those
  // Of those from number `before_blocks` on, as far as blocks are whole and lie among them.
  std::span<const PostingBlock> blocks;
  size_t before_blocks = 0;
};

class FailurePostings {
 public:
  // What the graph knows, by event.
  struct Graph {
    const std::vector<int64_t>& times_us;
    const std::vector<uint32_t>& signatures;
    const std::vector<EventFacts>& facts;
  };

  void AddSignature() { of_.emplace_back(); }
  void Add(uint32_t signature, uint32_t event);
  // Brings what was added into order. `renewed`: failures among what was there before whose facts changed.
  void Update(const Graph& graph, std::span<const uint32_t> renewed);

  // By time; equal ones by number.
  Failures Of(uint32_t signature, const store::TimeRange& range, const std::vector<int64_t>& times_us) const;
  size_t bytes() const;

 private:
  struct Postings {
    std::vector<uint32_t> events;
    std::vector<EventFacts> facts;
    size_t sorted = 0;                 // events before it are in order
    std::vector<PostingBlock> blocks;  // without a rest that is no whole one
    std::vector<uint32_t> stale;       // blocks that are no longer right
  };
  void Sort(uint32_t signature, const Graph& graph);
  void Renew(uint32_t event, const Graph& graph);
  // From failure `from` on, or the one of `from` alone.
  void MakeStaleFrom(uint32_t signature, size_t from);
  void MakeStale(uint32_t signature, size_t block);
  void UpdateBlocks(const Graph& graph);

  std::vector<Postings> of_;         // by signature
  std::vector<uint32_t> has_stale_;  // signatures with stale blocks
  std::vector<uint32_t> unsorted_;   // signatures that have a new end
};

}  // namespace faultline::query
