// The main path: source -> decode -> redact -> rules -> signature -> store.
//
// One thread polls, parses and appends; the store's writer seals on another.
// When the writer falls behind, the source is paused and polled on, so that a
// consumer group never loses its member.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/pseudonym.h"
#include "ingest/pipeline_options.h"
#include "ingest/reason_counts.h"
#include "ingest/record_source.h"
#include "ingest/rules.h"
#include "store/writer.h"

namespace faultline::ingest {

// Totals since the pipeline was made. Read from any thread.
struct PipelineCounters {
  std::atomic<int64_t> records{0}, bytes{0}, events{0}, attempts{0}, dead_letters{0}, repeats{0};
  std::atomic<int64_t> last_event_time_us{0};
  // Wall time: in the source's hands, waiting for records not included, and between decoding and the open segment.
  std::atomic<int64_t> reading_us{0}, understanding_us{0};
  ReasonCounts dead_letter_reasons;
};

class Pipeline {
 public:
  // Everything passed by reference must outlive the pipeline.
  Pipeline(const PipelineOptions& options, RecordSource& source, store::Writer& writer, const Pseudonyms& pseudonyms,
           std::shared_ptr<const RuleSet> rules);
  ~Pipeline();

  // Runs until the source ends, RequestStop() is called, or an error. On a
  // clean end everything read is stored, synced and committed; after
  // RequestStop() but for lines that may go on (ingest/line_assembler.h), which
  // the next run reads again.
  absl::Status Run();
  // Thread-safe and async-signal-safe.
  void RequestStop() { stop_.store(true); }
  // Takes effect with the next batch. Thread-safe.
  void ReplaceRules(std::shared_ptr<const RuleSet> rules);
  const PipelineCounters& counters() const { return counters_; }
  // Called after each batch on the pipeline's thread, e.g. for a progress bar.
  void OnBatch(std::function<void(const PipelineCounters&)> callback) { on_batch_ = std::move(callback); }

 private:
  class Worker;
  std::unique_ptr<Worker> worker_;
  std::atomic<bool> stop_{false};
  PipelineCounters counters_;
  std::function<void(const PipelineCounters&)> on_batch_;
};

}  // namespace faultline::ingest
