#include "deploy/cli/loader.h"

#include <atomic>
#include <memory>
#include <utility>

#include "base/status_macros.h"
#include "base/timestamp.h"
#include "deploy/cli/interrupts.h"
#include "deploy/cli/load_rules.h"
#include "ingest/captured_source.h"
#include "ingest/file_source.h"
#include "ingest/rules.h"

namespace faultline::deploy {
namespace {

// Lets SIGINT and SIGTERM end a load in an orderly way while it exists.
class StopOnSignal {
 public:
  explicit StopOnSignal(ingest::Pipeline& pipeline) {
    if (Interrupts::current() == nullptr) return;
    Interrupts::current()->SetHandler([this, &pipeline] {
      interrupted_ = true;
      pipeline.RequestStop();
    });
  }
  ~StopOnSignal() {
    if (Interrupts::current() != nullptr) Interrupts::current()->SetHandler(nullptr);
  }
  StopOnSignal(const StopOnSignal&) = delete;
  StopOnSignal& operator=(const StopOnSignal&) = delete;
  bool interrupted() const { return interrupted_; }

 private:
  std::atomic<bool> interrupted_{false};
};

}  // namespace

absl::StatusOr<LoadResult> LoadFrom(ingest::RecordSource& source, const ingest::PipelineOptions& pipeline_options,
                                    const store::WriterOptions& writer_options,
                                    std::shared_ptr<const ingest::RuleSet> rules, store::Store& store,
                                    const Pseudonyms& pseudonyms,
                                    const std::function<void(const ingest::PipelineCounters&)>& on_batch) {
  const int64_t start_us = NowMicros();
  ASSIGN_OR_RETURN(const std::unique_ptr<store::Writer> writer, store::Writer::Start(writer_options, store));
  ingest::Pipeline pipeline(pipeline_options, source, *writer, pseudonyms, std::move(rules));
  if (on_batch) pipeline.OnBatch(on_batch);
  const StopOnSignal stop(pipeline);
  const absl::Status ran = pipeline.Run();
  const absl::Status closed = writer->Close();
  RETURN_IF_ERROR(ran);
  RETURN_IF_ERROR(closed);
  const ingest::PipelineCounters& counters = pipeline.counters();
  LoadResult result;
  result.records = counters.records;
  result.events = counters.events;
  result.attempts = counters.attempts;
  result.dead_letters = counters.dead_letters;
  result.repeats = counters.repeats;
  result.elapsed_us = NowMicros() - start_us;
  result.interrupted = stop.interrupted();
  return result;
}

absl::StatusOr<LoadResult> LoadFiles(const LoadOptions& options, store::Store& store, const Pseudonyms& pseudonyms,
                                     const std::function<void(const LoadProgress&)>& on_progress) {
  ASSIGN_OR_RETURN(std::shared_ptr<const ingest::RuleSet> rules, LoadRules(options.rules));
  ingest::CapturedSource captured({options.files});
  ingest::FileSourceOptions source_options;
  source_options.paths = options.files;
  source_options.follow = options.follow;
  ingest::FileSource files(source_options);
  ingest::RecordSource& source = options.records ? static_cast<ingest::RecordSource&>(captured) : files;
  store::WriterOptions writer_options = options.writer;
  // Nobody waits for what is half loaded, and fuller segments need no merging afterwards.
  if (!options.follow) writer_options.seal_interval_ms = 2'000;
  std::function<void(const ingest::PipelineCounters&)> on_batch;
  if (on_progress) {
    on_batch = [&](const ingest::PipelineCounters& counters) {
      on_progress({files.bytes_read(), files.bytes_total(), counters.events.load()});
    };
  }
  ingest::PipelineOptions pipeline_options;
  pipeline_options.decoder.all_spans = options.all_spans;
  return LoadFrom(source, pipeline_options, writer_options, std::move(rules), store, pseudonyms, on_batch);
}

}  // namespace faultline::deploy
