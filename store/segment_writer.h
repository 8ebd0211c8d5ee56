// The Writer: collects record outcomes in an open segment and hands full ones to
// the sealer.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "store/primary_store.h"
#include "store/seal_batch.h"
#include "store/sealer.h"
#include "store/stream_table.h"
#include "store/value_limits.h"
#include "store/writer.h"

namespace faultline::store {

class SegmentWriter final : public Writer {
 public:
  // `store` has been claimed, and `limits` know what is there.
  SegmentWriter(const WriterOptions& options, PrimaryStore& store, ValueLimits limits);
  ~SegmentWriter() override;

  uint32_t AddStream(const StreamPosition& position) override;
  std::optional<StreamPosition> FindStream(std::string_view stream) const override { return streams_.Find(stream); }
  void ResetStream(uint32_t stream, int64_t next_offset) override;
  StreamPosition PositionOf(uint32_t stream) const override { return streams_.At(stream); }
  bool IsRepeat(uint32_t stream, int64_t offset) const override { return streams_.IsRepeat(stream, offset); }
  absl::StatusOr<LetterState> StateOf(const LetterName& letter) const override;
  absl::Status Add(const RecordOutcome& outcome) override;
  void AddSignature(const SignatureDefinition& definition) override;
  bool HasSignature(uint64_t signature) const override { return limits_.Knows(signature); }
  bool WantsSignature(uint64_t signature) const override { return limits_.HasRoom() && !limits_.Knows(signature); }
  absl::Status Tick() override;
  absl::Status Flush() override;
  absl::Status Close() override;
  std::vector<StreamPosition> SyncedPositions() const override { return sealer_->SyncedPositions(); }
  bool Busy() const override { return sealer_->IsFull(); }
  int64_t SealingMicros() const override { return sealer_->working_us(); }
  Memory MeasureMemory() const override;

 private:
  void StartSegment(uint64_t base_sequence);
  absl::Status Seal();
  void MarkChanged();
  void Define(const SignatureDefinition& definition);
  // Whether the batch must be sealed before `events` more are added.
  bool IsFullFor(size_t events) const;
  void Collect(const RecordOutcome& outcome);
  void CollectAttempts(const Attempts& attempts);
  // Whether a letter that `outcome` replays was replayed before; `waiting` are the others that are known.
  absl::StatusOr<bool> FindReplayed(const RecordOutcome& outcome, std::vector<uint64_t>& waiting) const;

  const WriterOptions options_;
  PrimaryStore& store_;
  StreamTable streams_;
  ValueLimits limits_;
  std::unordered_set<uint64_t> replayed_;  // letters, since the writer was started
  SealBatch batch_;                        // with the open segment
  std::atomic<int64_t> open_bytes_{0};     // of batch_
  bool changed_ = false;
  std::chrono::steady_clock::time_point changed_since_;
  bool closed_ = false;
  std::unique_ptr<Sealer> sealer_;
};

}  // namespace faultline::store
