#include "ingest/pipeline.h"

#include <chrono>
#include <utility>

#include "base/mutex.h"
#include "base/status_macros.h"
#include "base/timestamp.h"
#include "ingest/record_processor.h"
#include "ingest/source_name.h"
#include "ingest/writer_registry.h"

namespace faultline::ingest {
namespace {

int64_t MicrosBetween(std::chrono::steady_clock::time_point from, std::chrono::steady_clock::time_point to) {
  return std::chrono::duration_cast<std::chrono::microseconds>(to - from).count();
}

constexpr std::chrono::milliseconds kPollTimeout{50};     // below the writer's tick of 100 ms
constexpr std::chrono::milliseconds kBusyPollTimeout{5};  // the time a segment takes to seal is some 50 ms
constexpr int64_t kCommitIntervalMicros = 1'000'000;

}  // namespace

class Pipeline::Worker final : public OutcomeSink {
 public:
  Worker(const PipelineOptions& options, RecordSource& source, store::Writer& writer, const Pseudonyms& pseudonyms,
         std::shared_ptr<const RuleSet> rules, PipelineCounters& counters)
      : source_(source),
        writer_(writer),
        registry_(writer),
        processor_(options, pseudonyms),
        counters_(counters),
        rules_(std::move(rules)) {
    registry_.BeforeFlush([this] { return processor_.Flush(*Rules(), NowMicros(), *this); });
  }

  absl::Status Start() { return source_.Start(registry_); }

  // Polls once and stores what came. Sets `finished` at the end of the input.
  absl::Status Step(bool& finished) {
    const bool busy = writer_.Busy();
    source_.SetPaused(busy);
    const auto begun = std::chrono::steady_clock::now();
    RETURN_IF_ERROR(source_.Poll(busy ? kBusyPollTimeout : kPollTimeout, batch_));
    const auto polled = std::chrono::steady_clock::now();
    // A poll that brought nothing waited.
    if (!batch_.records.empty()) counters_.reading_us += MicrosBetween(begun, polled);
    const std::shared_ptr<const RuleSet> rules = Rules();
    const int64_t now_us = NowMicros();
    absl::Status stored = absl::OkStatus();
    for (size_t i = 0; i < batch_.records.size() && stored.ok(); ++i) {
      const SourceRecord& record = batch_.records[i];
      counted_.records += 1;
      counted_.bytes += record.value.size();
      stored = processor_.Process(record, NameOf(record.stream), *rules, now_us, *this);
    }
    if (stored.ok()) stored = processor_.Expire(*rules, now_us, /*idle=*/batch_.records.empty(), *this);
    counters_.understanding_us += MicrosBetween(polled, std::chrono::steady_clock::now());
    Publish();
    RETURN_IF_ERROR(stored);
    RETURN_IF_ERROR(writer_.Tick());
    if (now_us - last_commit_us_ >= kCommitIntervalMicros) {
      last_commit_us_ = now_us;
      RETURN_IF_ERROR(source_.Commit(writer_.SyncedPositions()));
    }
    finished = batch_.end_of_input;
    return absl::OkStatus();
  }

  // Everything read is durable, and the source knows; but for lines that may go
  // on, where `stopped`: the next run reads them again, and whole.
  absl::Status Finish(bool stopped) {
    if (stopped) processor_.DropHeld();
    const absl::Status flushed = registry_.Flush();
    Publish();
    RETURN_IF_ERROR(flushed);
    return source_.Commit(writer_.SyncedPositions());
  }

  void StopSource() { source_.Stop(); }

  void ReplaceRules(std::shared_ptr<const RuleSet> rules) {
    MutexLock lock(mu_);
    rules_ = std::move(rules);
  }

 private:
  std::shared_ptr<const RuleSet> Rules() {
    MutexLock lock(mu_);
    return rules_;
  }

  const std::string& NameOf(uint32_t stream) {
    if (stream >= names_.size()) names_.resize(stream + 1);
    if (names_[stream].empty()) names_[stream] = SourceName(writer_.PositionOf(stream));
    return names_[stream];
  }

  void OnSignature(const store::Event& event, const SignatureInput& input) override {
    uint64_t& known = known_signatures_[event.signature % kKnownSignatures];
    if (known == event.signature) return;
    if (writer_.WantsSignature(event.signature)) writer_.AddSignature(DefineSignature(input));
    known = event.signature;
  }

  absl::Status OnOutcome(const store::RecordOutcome& outcome, std::span<const EventPlace> /*places*/) override {
    ASSIGN_OR_RETURN(const bool repeat, IsRepeat(outcome));
    RETURN_IF_ERROR(writer_.Add(outcome));
    Count(outcome, repeat);
    return absl::OkStatus();
  }

  absl::StatusOr<bool> IsRepeat(const store::RecordOutcome& outcome) const {
    if (writer_.IsRepeat(outcome.stream, outcome.offset)) return true;
    for (const store::LetterName& letter : outcome.replays) {
      ASSIGN_OR_RETURN(const store::Writer::LetterState state, writer_.StateOf(letter));
      if (state == store::Writer::LetterState::kReplayed) return true;
    }
    return false;
  }

  void OnHeldRepeat() override { counted_.repeats += 1; }

  void Count(const store::RecordOutcome& outcome, bool repeat) {
    if (repeat) {
      counted_.repeats += outcome.events.size() + outcome.attempts.size() + outcome.dead_letters.size();
      return;
    }
    counted_.events += outcome.events.size();
    counted_.attempts += outcome.attempts.size();
    counted_.dead_letters += outcome.dead_letters.size();
    for (const store::DeadLetter& letter : outcome.dead_letters) counters_.dead_letter_reasons.Add(letter.reason);
    if (!outcome.events.empty()) counted_.last_event_time_us = outcome.events.back().time_us;
  }

  // Makes what was counted visible to others, once a batch.
  void Publish() {
    const auto add = [](std::atomic<int64_t>& counter, size_t n) {
      if (n != 0) counter.fetch_add(static_cast<int64_t>(n), std::memory_order_relaxed);
    };
    add(counters_.records, counted_.records);
    add(counters_.bytes, counted_.bytes);
    add(counters_.events, counted_.events);
    add(counters_.attempts, counted_.attempts);
    add(counters_.dead_letters, counted_.dead_letters);
    add(counters_.repeats, counted_.repeats);
    if (counted_.events != 0) {
      counters_.last_event_time_us.store(counted_.last_event_time_us, std::memory_order_relaxed);
    }
    counted_ = {};
  }

  RecordSource& source_;
  store::Writer& writer_;
  WriterRegistry registry_;
  RecordProcessor processor_;
  PipelineCounters& counters_;
  struct Counted {
    size_t records = 0, bytes = 0, events = 0, attempts = 0, dead_letters = 0, repeats = 0;
    int64_t last_event_time_us = 0;
  };
  Counted counted_;  // of this batch
  SourceBatch batch_;
  std::vector<std::string> names_;  // by stream
  // Signatures that the writer has, in place of looking among all of them; 0: none.
  static constexpr size_t kKnownSignatures = 4'096;
  std::vector<uint64_t> known_signatures_ = std::vector<uint64_t>(kKnownSignatures);
  int64_t last_commit_us_ = 0;

  Mutex mu_;
  std::shared_ptr<const RuleSet> rules_ ABSL_GUARDED_BY(mu_);
};

Pipeline::Pipeline(const PipelineOptions& options, RecordSource& source, store::Writer& writer,
                   const Pseudonyms& pseudonyms, std::shared_ptr<const RuleSet> rules)
    : worker_(std::make_unique<Worker>(options, source, writer, pseudonyms, std::move(rules), counters_)) {}

Pipeline::~Pipeline() = default;

absl::Status Pipeline::Run() {
  absl::Status status = worker_->Start();
  bool finished = false;
  while (status.ok() && !finished && !stop_.load()) {
    status = worker_->Step(finished);
    if (on_batch_) on_batch_(counters_);
  }
  // What was read before an error of the source is good: keep it.
  const absl::Status flushed = worker_->Finish(/*stopped=*/status.ok() && !finished);
  worker_->StopSource();
  return status.ok() ? flushed : status;
}

void Pipeline::ReplaceRules(std::shared_ptr<const RuleSet> rules) { worker_->ReplaceRules(std::move(rules)); }

}  // namespace faultline::ingest
