// A source record and what was decoded from it, for as long as it is not
// stored yet.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/arena.h"
#include "ingest/decoder.h"
#include "ingest/record_source.h"
#include "store/record_outcome.h"

namespace faultline::ingest {

struct HeldRecord {
  explicit HeldRecord(size_t block_bytes) : arena(block_bytes) {}

  // Starts over with `record`: everything decoded before is forgotten.
  void Begin(const SourceRecord& record);
  // Makes views into the source's buffers views into the arena, so that the
  // record outlives its batch.
  void Own(const SourceRecord& record);

  Arena arena;
  Decoded decoded;
  int64_t offset = 0;
  int64_t next_offset = 0;
  int64_t kafka_time_us = 0;
  int64_t original_size_bytes = 0;
  uint64_t checksum = 0;     // XXH3-64 of the value
  uint32_t blank_lines = 0;  // in front of it
  std::string_view value;
  std::vector<store::LetterName> replays;  // dead letters that the record was before
};

}  // namespace faultline::ingest
