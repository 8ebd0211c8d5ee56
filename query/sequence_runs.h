// Numbers of a graph's events and the sequences that the store gave them. Mostly both count up together, so runs of
// them are kept.
//
// Not thread-safe while changing.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace faultline::query {

class SequenceRuns {
 public:
  // Events are numbered from 0 as they are added. No sequence twice.
  void Add(uint64_t sequence);
  // To be called before EventAt() finds what was added.
  void Sort();

  uint64_t SequenceOf(uint32_t event) const;
  // Nullopt when there is none.
  std::optional<uint32_t> EventAt(uint64_t sequence) const;

 private:
  struct Run {
    uint64_t first_sequence;
    uint32_t first_event;
  };
  uint32_t EndOf(uint32_t run) const { return run + 1 == runs_.size() ? size_ : runs_[run + 1].first_event; }

  uint32_t size_ = 0;
  std::vector<Run> runs_;              // by event
  std::vector<uint32_t> by_sequence_;  // indexes of runs_
};

}  // namespace faultline::query
