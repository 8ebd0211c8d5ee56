// A real store in a temporary folder, with a writer, for query tests.
#pragma once

#include <gtest/gtest.h>

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "store/store.h"
#include "store/writer.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"

namespace faultline::query {

// 2026-01-01T00:00:00Z
inline constexpr int64_t kNewYear = 1'767'225'600'000'000;
inline constexpr int64_t kSecond = 1'000'000;

class StoreFixture {
 public:
  // On disk it is slower, and keeps decisions of people.
  explicit StoreFixture(bool in_memory = true) {
    store::StoreOptions options;
    options.path = dir_ / "store";
    options.background = false;
    options.in_memory = in_memory;
    auto store = store::Store::Open(options);
    EXPECT_THAT(store, testing::IsOk());
    store_ = *std::move(store);
    store::WriterOptions writer_options;
    writer_options.seal_interval_ms = 1'000'000;  // sealed by Seal() only
    auto writer = store::Writer::Start(writer_options, *store_);
    EXPECT_THAT(writer, testing::IsOk());
    writer_ = *std::move(writer);
    store::StreamPosition position;
    position.stream = "file:test";
    position.label = "test.log";
    stream_ = writer_->AddStream(position);
  }
  ~StoreFixture() { EXPECT_THAT(writer_->Close(), testing::IsOk()); }

  // Returns the sequence number.
  uint64_t Add(const store::Event& event) {
    store::RecordOutcome outcome;
    outcome.events = {&event, 1};
    Add(outcome);
    return next_sequence_++;
  }
  void AddDeadLetter(const std::string& reason) {
    store::DeadLetter letter;
    letter.reason = reason;
    letter.bytes = "bytes of " + reason;
    letter.time_us = kNewYear;
    store::RecordOutcome outcome;
    outcome.dead_letters = {&letter, 1};
    Add(outcome);
  }
  void AddAttempts(int64_t minute, std::string_view region, int64_t count) {
    store::Attempts attempts;
    attempts.minute = minute;
    attempts.count = count;
    attempts.dimensions[static_cast<size_t>(store::Dimension::kRegion)] = region;
    AddAttempts(attempts);
  }
  void AddAttempts(const store::Attempts& attempts) {
    store::RecordOutcome outcome;
    outcome.attempts = {&attempts, 1};
    Add(outcome);
  }
  void Define(const store::SignatureDefinition& definition) { writer_->AddSignature(definition); }
  // Everything added so far moves to sealed segments.
  void Seal() { EXPECT_THAT(writer_->Flush(), testing::IsOk()); }

  store::Store& store() { return *store_; }
  std::shared_ptr<const store::View> view() { return store_->view(); }

  // Text that lives as long as the fixture, for made-up fields of events.
  std::string_view Keep(std::string text) { return kept_.emplace_back(std::move(text)); }

 private:
  void Add(store::RecordOutcome& outcome) {
    outcome.stream = stream_;
    outcome.offset = next_offset_;
    outcome.next_offset = ++next_offset_;
    EXPECT_THAT(writer_->Add(outcome), testing::IsOk());
  }

  testing::TempDir dir_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<store::Writer> writer_;
  uint32_t stream_ = 0;
  int64_t next_offset_ = 0;
  uint64_t next_sequence_ = 0;
  std::deque<std::string> kept_;
};

inline void SetDimension(store::Event& event, store::Dimension dimension, std::string_view value) {
  event.dimensions[static_cast<size_t>(dimension)] = value;
}
inline void SetId(store::Event& event, store::IdKind kind, std::string_view id) {
  event.ids[static_cast<size_t>(kind)] = id;
}

}  // namespace faultline::query
