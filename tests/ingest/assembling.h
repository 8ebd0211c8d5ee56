// Feeds source records to a RecordProcessor in a test and keeps what comes out.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/record_processor.h"

namespace faultline::testing {

class Assembling final : public ingest::OutcomeSink {
 public:
  struct Seen {
    std::string text;  // the message and the stack trace behind it, as the lines were
    std::string message;
    std::string type;
    int64_t offset = 0, last_offset = 0, index = 0;
    uint8_t severity = 0;
    uint16_t flags = 0;
  };

  explicit Assembling(const ingest::PipelineOptions& options = {})
      : processor_(options, pseudonyms_), rules_(ingest::RuleSet::Parse("", "none.yaml", errors_)) {}

  // The next record of `stream`.
  Assembling& Feed(std::string_view value, uint32_t stream = 0, int64_t kafka_time_us = 0) {
    ingest::SourceRecord record;
    record.stream = stream;
    record.offset = next_[stream]++;
    record.next_offset = record.offset + 1;
    record.kafka_time_us = kafka_time_us;
    return FeedRecord(record, value);
  }
  Assembling& FeedRecord(ingest::SourceRecord record, std::string_view value) {
    const std::string copy(value);  // gone when the call is over, as a batch is
    record.value = copy;
    if (!processor_.Process(record, "lines", *rules_, now_us, *this).ok()) std::abort();
    return *this;
  }
  Assembling& Flush() {
    if (!processor_.Flush(*rules_, now_us, *this).ok()) std::abort();
    return *this;
  }
  Assembling& Expire(bool idle) {
    if (!processor_.Expire(*rules_, now_us, idle, *this).ok()) std::abort();
    return *this;
  }
  std::vector<std::string> Texts() const {
    std::vector<std::string> texts;
    for (const Seen& seen : events) texts.push_back(seen.text);
    return texts;
  }

  void OnSignature(const store::Event&, const ingest::SignatureInput&) override {}
  absl::Status OnOutcome(const store::RecordOutcome& outcome, std::span<const ingest::EventPlace> places) override {
    for (size_t i = 0; i < outcome.events.size(); ++i) {
      const store::Event& event = outcome.events[i];
      const bool whole = event.stacktrace.find(event.message) != std::string_view::npos;
      std::string text(whole ? "" : event.message);
      if (!event.stacktrace.empty()) text.append(text.empty() ? "" : "\n").append(event.stacktrace);
      events.push_back({event.stacktrace.empty() ? std::string(event.message) : text, std::string(event.message),
                        std::string(event.dimension(store::Dimension::kExceptionType)), places[i].offset,
                        places[i].last_offset, places[i].index, event.severity, event.flags});
    }
    for (const store::DeadLetter& letter : outcome.dead_letters) reasons.push_back(letter.reason);
    if (outcome.next_offset <= position[outcome.stream]) std::abort();  // positions only grow
    position[outcome.stream] = outcome.next_offset;
    parts += outcome.events.size() + outcome.dead_letters.size();
    return absl::OkStatus();
  }
  void OnHeldRepeat() override { ++held_repeats; }

  std::vector<Seen> events;
  std::vector<std::string> reasons;
  std::map<uint32_t, int64_t> position;  // by stream
  size_t parts = 0;
  int held_repeats = 0;
  int64_t now_us = 1'795'558'474'000'000;

 private:
  const Pseudonyms pseudonyms_ = Pseudonyms::FromKey({1});
  std::vector<ingest::RuleError> errors_;
  ingest::RecordProcessor processor_;
  const std::shared_ptr<const ingest::RuleSet> rules_;
  std::map<uint32_t, int64_t> next_;
};

}  // namespace faultline::testing
