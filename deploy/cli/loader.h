// Files -> store, through the same pipeline that Kafka's records take.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "base/pseudonym.h"
#include "ingest/pipeline.h"
#include "store/store.h"
#include "store/writer.h"

namespace faultline::deploy {

struct LoadOptions {
  std::vector<std::string> files;  // "-" is standard input
  std::vector<std::string> rules;  // empty: see RulesOrDefault
  bool follow = false;             // goes on when the files grow or are rotated
  bool all_spans = false;          // those that did not fail too, see ingest/decoder.h
  bool records = false;            // the files hold captured Kafka records; not with `follow`
  store::WriterOptions writer;     // how much the store may know; the rest is chosen for loading
};

struct LoadProgress {
  int64_t bytes_read = 0;   // on disk
  int64_t bytes_total = 0;  // 0 where it is not known
  int64_t events = 0;
};

struct LoadResult {
  int64_t records = 0, events = 0, attempts = 0, dead_letters = 0, repeats = 0;
  int64_t elapsed_us = 0;
  bool interrupted = false;  // by a signal; what was read before is stored
};

// Takes all of `source` into `store`, which must be open for writing, and waits until it is durable.
// `on_batch` (may be null) is called after each batch. Errors: the source's and the store's.
absl::StatusOr<LoadResult> LoadFrom(ingest::RecordSource& source, const ingest::PipelineOptions& pipeline_options,
                                    const store::WriterOptions& writer_options,
                                    std::shared_ptr<const ingest::RuleSet> rules, store::Store& store,
                                    const Pseudonyms& pseudonyms,
                                    const std::function<void(const ingest::PipelineCounters&)>& on_batch);

// Loads and waits until all is durable. `store` must be open for writing.
// Refused rules are named on standard error and left out. `on_progress` (may
// be null) is called after each batch. Errors: a file that cannot be read, a
// store that cannot be written.
absl::StatusOr<LoadResult> LoadFiles(const LoadOptions& options, store::Store& store, const Pseudonyms& pseudonyms,
                                     const std::function<void(const LoadProgress&)>& on_progress);

}  // namespace faultline::deploy
