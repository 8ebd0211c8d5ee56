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

// Events and dead letters of one record are numbered through, attempts too.
void Print(const store::RecordOutcome& outcome, PrintCounts& counts) {
  EventPlace place{outcome.offset, outcome.offset, 0};
  for (const store::Event& event : outcome.events) {
    PrintLine(ParsedEvent(event, place));
    ++place.index;
  }
  for (const store::Attempts& attempts : outcome.attempts) PrintLine(ParsedAttempts(attempts, place));
  for (const store::DeadLetter& letter : outcome.dead_letters) PrintLine(ParsedDeadLetter(letter, place));
  ++counts.records;
  counts.events += static_cast<int64_t>(outcome.events.size());
  counts.attempts += static_cast<int64_t>(outcome.attempts.size());
  counts.dead_letters += static_cast<int64_t>(outcome.dead_letters.size());
}

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
  ingest::SourceBatch batch;
  absl::Status status;
  while (status.ok() && !batch.end_of_input && std::ferror(stdout) == 0) {
    status = source.Poll(kPollTimeout, batch);
    if (!status.ok()) break;
    for (const ingest::SourceRecord& record : batch.records) {
      Print(processor.Process(record, ingest::SourceName(streams.at(record.stream)), rules, NowMicros(),
                              [](const store::Event&, const ingest::SignatureInput&) {}),
            counts);
    }
  }
  source.Stop();
  return status;
}

}  // namespace faultline::deploy
