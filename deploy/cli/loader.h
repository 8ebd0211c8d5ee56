// Files -> store, through the same pipeline that Kafka's records take.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "base/pseudonym.h"
#include "ingest/pipeline.h"
#include "store/store.h"

namespace faultline::deploy {

struct LoadOptions {
  std::vector<std::string> files;  // "-" is standard input
  std::vector<std::string> rules;
  bool follow = false;  // goes on when the files grow or are rotated
};

struct LoadResult {
  int64_t records = 0, bytes = 0, events = 0, attempts = 0, dead_letters = 0, repeats = 0;
  int64_t elapsed_us = 0;
  bool interrupted = false;  // by a signal; what was read before is stored
};

// Loads and waits until all is durable. `store` must be open for writing.
// Refused rules are named on standard error and left out. Errors: a file that
// cannot be read, a store that cannot be written.
absl::StatusOr<LoadResult> LoadFiles(const LoadOptions& options, store::Store& store, const Pseudonyms& pseudonyms,
                                     std::function<void(const ingest::PipelineCounters&)> on_batch);

}  // namespace faultline::deploy
