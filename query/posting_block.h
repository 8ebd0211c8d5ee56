// Neighbouring failures of one signature, with what counting the units of a window asks of them: mostly a block lies in
// the window whole, and then need not be looked into. Immutable once made; some 250 bytes for 128 failures.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "query/event_facts.h"

namespace faultline::query {

struct PostingBlock {
  static constexpr size_t kFailures = 128;

  struct Service {
    uint16_t service = 0;  // the graph's code
    uint16_t lines = 0;
  };
  struct Stratum {
    uint32_t stratum = 0;
    uint32_t units = 0;
  };

  // Of kFailures failures; `events` are their numbers, `times_us` by number.
  static PostingBlock Of(std::span<const uint32_t> events, std::span<const EventFacts> facts,
                         std::span<const int64_t> times_us);

  uint32_t lines_without_id = 0;
  uint32_t sampled = 0;
  // The others' units failed the same way first no earlier; INT64_MIN where that is not known.
  int64_t oldest_first_us = INT64_MAX;
  std::vector<Service> services;  // each once
  std::vector<Stratum> firsts;    // failures that are the first of their unit with the signature; each stratum once
};

}  // namespace faultline::query
