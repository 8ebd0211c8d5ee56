#include "deploy/cli/record_printer.h"

#include <unistd.h>

#include <cstdio>
#include <string>
#include <string_view>

#include "base/status_macros.h"
#include "base/text.h"
#include "base/timestamp.h"
#include "deploy/cli/parsed_record.h"
#include "ingest/record_processor.h"
#include "ingest/source_name.h"

namespace faultline::deploy {
namespace {

constexpr std::chrono::milliseconds kPollTimeout{100};

// A terminal must not be driven by what a log says, whatever was left in.
void PrintLine(const std::string& line) {
  static const bool is_terminal = isatty(STDOUT_FILENO) == 1;
  const std::string shown = (is_terminal ? TerminalLine(line) : line) + "\n";
  std::fwrite(shown.data(), 1, shown.size(), stdout);
}

class Printer final : public ingest::OutcomeSink {
 public:
  explicit Printer(PrintCounts& counts) : counts_(counts) {}

  void OnSignature(const store::Event& /*event*/, const ingest::SignatureInput& /*input*/) override {}

  absl::Status OnOutcome(const store::RecordOutcome& outcome, std::span<const ingest::EventPlace> places) override {
    const ingest::EventPlace whole{outcome.offset, outcome.offset, 0};
    for (size_t i = 0; i < outcome.events.size(); ++i) PrintLine(ParsedEvent(outcome.events[i], places[i]));
    for (const store::Attempts& attempts : outcome.attempts) PrintLine(ParsedAttempts(attempts, whole));
    for (const store::DeadLetter& letter : outcome.dead_letters) PrintLine(ParsedDeadLetter(letter, whole));
    counts_.events += static_cast<int64_t>(outcome.events.size());
    counts_.attempts += static_cast<int64_t>(outcome.attempts.size());
    counts_.dead_letters += static_cast<int64_t>(outcome.dead_letters.size());
    return absl::OkStatus();
  }

 private:
  PrintCounts& counts_;
};

}  // namespace

std::pair<uint32_t, store::StreamPosition> FreshStreams::Open(const store::StreamPosition& initial) {
  streams_.push_back(initial);
  return {static_cast<uint32_t>(streams_.size() - 1), initial};
}

std::optional<store::StreamPosition> FreshStreams::Find(std::string_view /*stream*/) const { return std::nullopt; }

void FreshStreams::Reset(uint32_t stream, int64_t next_offset) { streams_[stream].next_offset = next_offset; }

absl::Status PrintRecords(const ingest::PipelineOptions& options, const ingest::RuleSet& rules,
                          const Pseudonyms& pseudonyms, ingest::RecordSource& source, PrintCounts& counts) {
  FreshStreams streams;
  RETURN_IF_ERROR(source.Start(streams));
  ingest::RecordProcessor processor(options, pseudonyms);
  Printer printer(counts);
  ingest::SourceBatch batch;
  absl::Status status;
  while (status.ok() && !batch.end_of_input && std::ferror(stdout) == 0) {
    status = source.Poll(kPollTimeout, batch);
    if (!status.ok()) break;
    const int64_t now_us = NowMicros();
    counts.records += static_cast<int64_t>(batch.records.size());
    for (const ingest::SourceRecord& record : batch.records) {
      RETURN_IF_ERROR(processor.Process(record, ingest::SourceName(streams.at(record.stream)), rules, now_us, printer));
    }
  }
  RETURN_IF_ERROR(processor.Flush(rules, NowMicros(), printer));
  source.Stop();
  return status;
}

}  // namespace faultline::deploy
