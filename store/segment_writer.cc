#include "store/segment_writer.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "base/timestamp.h"
#include "store/keys.h"

namespace faultline::store {
namespace {

uint32_t MaxEvents(const WriterOptions& options) { return std::min(options.max_segment_events, kMaxSegmentEvents); }

}  // namespace

absl::StatusOr<std::unique_ptr<Writer>> Writer::Start(const WriterOptions& options, Store& store) {
  auto* primary = dynamic_cast<PrimaryStore*>(&store);
  if (primary == nullptr) return absl::FailedPreconditionError("the store is open for reading only");
  if (options.max_segment_events < 1 || options.max_segment_bytes < 1 || options.seal_interval_ms < 0 ||
      options.sync_interval_ms < 0 || options.max_signatures < 1 || options.max_values < 1) {
    return absl::InvalidArgumentError("segment sizes and limits must be positive, and intervals not negative");
  }
  RETURN_IF_ERROR(primary->ClaimWriter());
  ValueLimits limits(options.max_signatures, options.max_values);
  const absl::StatusOr<std::vector<uint64_t>> signatures = primary->SignatureNumbers();
  const absl::Status loaded = signatures.ok() ? limits.Load(*signatures, *primary) : signatures.status();
  if (!loaded.ok()) {
    primary->ReleaseWriter();
    return loaded;
  }
  return std::make_unique<SegmentWriter>(options, *primary, std::move(limits));
}

SegmentWriter::SegmentWriter(const WriterOptions& options, PrimaryStore& store, ValueLimits limits)
    : options_(options),
      store_(store),
      streams_(store.Positions()),
      limits_(std::move(limits)),
      sealer_(std::make_unique<Sealer>(store, options.sync_interval_ms)) {
  StartSegment(store.view()->next_sequence);
}

SegmentWriter::~SegmentWriter() {
  sealer_.reset();
  if (closed_) return;
  store_.RemoveOpen(batch_.segment.get());
  store_.ReleaseWriter();
}

void SegmentWriter::StartSegment(uint64_t base_sequence) {
  batch_ = SealBatch();
  batch_.segment = std::make_shared<OpenSegment>(base_sequence, &limits_);
  open_bytes_.store(0, std::memory_order_relaxed);
  changed_ = false;
  store_.AddOpen(batch_.segment);
}

void SegmentWriter::MarkChanged() {
  if (changed_) return;
  changed_ = true;
  changed_since_ = std::chrono::steady_clock::now();
}

uint32_t SegmentWriter::AddStream(const StreamPosition& position) {
  MarkChanged();
  return streams_.Add(position);
}

void SegmentWriter::ResetStream(uint32_t stream, int64_t next_offset) {
  MarkChanged();
  streams_.Reset(stream, next_offset);
}

void SegmentWriter::AddSignature(const SignatureDefinition& definition) {
  if (limits_.Define(definition.signature)) Define(definition);
}

void SegmentWriter::Define(const SignatureDefinition& definition) {
  MarkChanged();
  store_.AddPendingSignature(definition);
  batch_.signatures.push_back(definition);
}

absl::Status SegmentWriter::Add(const RecordOutcome& outcome) {
  if (closed_) return absl::FailedPreconditionError("the writer is closed");
  if (!streams_.Has(outcome.stream)) {
    return absl::InvalidArgumentError(absl::StrCat("stream ", outcome.stream, " was not added"));
  }
  if (sealer_->HasFailed()) return sealer_->status();
  if (outcome.events.size() > kMaxSegmentEvents) {
    return absl::InvalidArgumentError(absl::StrCat("a record holds ", outcome.events.size(), " events; at most ",
                                                   kMaxSegmentEvents, " fit into a segment"));
  }
  if (IsFullFor(outcome.events.size())) RETURN_IF_ERROR(Seal());
  std::vector<uint64_t> waiting;
  ASSIGN_OR_RETURN(const bool replayed, FindReplayed(outcome, waiting));
  MarkChanged();
  const int64_t now_us = outcome.events.empty() ? NowMicros() : outcome.events.back().ingested_time_us;
  if (!streams_.Advance(outcome, now_us, replayed)) {
    Collect(outcome);
    if (!waiting.empty()) streams_.CountReplayed(outcome.stream, static_cast<int64_t>(waiting.size()));
    replayed_.insert(waiting.begin(), waiting.end());
    batch_.replayed.insert(batch_.replayed.end(), waiting.begin(), waiting.end());
  }
  open_bytes_.store(static_cast<int64_t>(batch_.bytes()), std::memory_order_relaxed);
  return batch_.segment->size() >= MaxEvents(options_) ? Seal() : absl::OkStatus();
}

bool SegmentWriter::IsFullFor(size_t events) const {
  const uint32_t held = batch_.segment->size();
  if (held > 0 && held + events > MaxEvents(options_)) return true;
  return static_cast<int64_t>(batch_.segment->text_bytes() + batch_.other_bytes) >= options_.max_segment_bytes;
}

Writer::Memory SegmentWriter::MeasureMemory() const {
  // The open batch, those that wait, and the one that is being written.
  constexpr auto kBatches = static_cast<int64_t>(2 + Sealer::kMaxWaiting);
  const auto rows = static_cast<int64_t>(MaxEvents(options_) * sizeof(OpenRow));
  return {open_bytes_.load(std::memory_order_relaxed) + sealer_->held_bytes(),
          kBatches * (options_.max_segment_bytes + rows)};
}

absl::StatusOr<Writer::LetterState> SegmentWriter::StateOf(const LetterName& letter) const {
  if (letter.number == 0) return LetterState::kUnknown;
  ASSIGN_OR_RETURN(const std::vector<StoredDeadLetter> found, store_.ReadDeadLetters(letter.number - 1, 1));
  if (found.empty() || found[0].number != letter.number || found[0].offset != letter.offset ||
      found[0].stream != letter.stream) {
    return LetterState::kUnknown;
  }
  return found[0].replayed_us != 0 || replayed_.count(letter.number) != 0 ? LetterState::kReplayed
                                                                          : LetterState::kWaiting;
}

absl::StatusOr<bool> SegmentWriter::FindReplayed(const RecordOutcome& outcome, std::vector<uint64_t>& waiting) const {
  bool replayed = false;
  for (const LetterName& letter : outcome.replays) {
    ASSIGN_OR_RETURN(const LetterState state, StateOf(letter));
    replayed |= state == LetterState::kReplayed;
    if (state == LetterState::kWaiting) waiting.push_back(letter.number);
  }
  return replayed;
}

void SegmentWriter::Collect(const RecordOutcome& outcome) {
  for (const Event& event : outcome.events) batch_.segment->Append(event);
  for (const SignatureDefinition& other : limits_.TakeDefinitions()) Define(other);
  for (const Attempts& attempts : outcome.attempts) CollectAttempts(attempts);
  const StreamPosition& position = streams_.At(outcome.stream);
  for (const DeadLetter& letter : outcome.dead_letters) {
    batch_.dead_letters.push_back({0, position.stream, position.label, outcome.offset, letter, 0});
    batch_.other_bytes += sizeof(StoredDeadLetter) + position.stream.size() + position.label.size() +
                          letter.reason.size() + letter.detail.size() + letter.bytes.size();
  }
}

// Failures and attempts count under the same values.
void SegmentWriter::CollectAttempts(const Attempts& attempts) {
  AttemptsKey key{attempts.minute, attempts.operation, attempts.dimensions};
  for (size_t d = 0; d < kDimensions; ++d) {
    key.dimensions[d] = limits_.AttemptsValueFor(static_cast<Dimension>(d), key.dimensions[d]);
  }
  const auto [at, is_new] = batch_.attempts.try_emplace(MakeAttemptsKey(key), 0);
  at->second += static_cast<uint64_t>(std::max<int64_t>(0, attempts.count));
  constexpr size_t kNodeBytes = 96;  // of the map, about
  if (is_new) batch_.other_bytes += kNodeBytes + at->first.size();
}

absl::Status SegmentWriter::Seal() {
  if (sealer_->HasFailed()) return sealer_->status();
  batch_.positions = streams_.TakeChanged();
  batch_.other = limits_.TakeChanged();
  const uint64_t next_sequence = batch_.segment->base_sequence() + batch_.segment->size();
  RETURN_IF_ERROR(sealer_->Add(std::move(batch_)));
  StartSegment(next_sequence);
  return absl::OkStatus();
}

absl::Status SegmentWriter::Tick() {
  if (closed_) return absl::FailedPreconditionError("the writer is closed");
  const auto age = std::chrono::steady_clock::now() - changed_since_;
  if (changed_ && age >= std::chrono::milliseconds(options_.seal_interval_ms) && !sealer_->IsFull()) {
    RETURN_IF_ERROR(Seal());
  }
  return sealer_->status();
}

absl::Status SegmentWriter::Flush() {
  if (closed_) return absl::FailedPreconditionError("the writer is closed");
  if (changed_) RETURN_IF_ERROR(Seal());
  return sealer_->Flush();
}

absl::Status SegmentWriter::Close() {
  if (closed_) return absl::OkStatus();
  const absl::Status status = Flush();
  closed_ = true;
  store_.RemoveOpen(batch_.segment.get());
  store_.ReleaseWriter();
  return status;
}

}  // namespace faultline::store
