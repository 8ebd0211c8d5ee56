// Source records -> outcomes: events, attempts, dead letters.
//
// A record that is one line of a text is held until it is known whether the
// text goes on (ingest/line_assembler.h); any other has its outcome at once, if
// no line in front of it is held. Keeps what is reused from record to record.
// Not thread-safe.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/pseudonym.h"
#include "ingest/decoder.h"
#include "ingest/event_parser.h"
#include "ingest/held_record.h"
#include "ingest/line_assembler.h"
#include "ingest/outcome_sink.h"
#include "ingest/pipeline_options.h"
#include "ingest/record_source.h"
#include "ingest/redactor.h"
#include "ingest/rules.h"
#include "store/record_outcome.h"

namespace faultline::ingest {

class RecordProcessor {
 public:
  // `pseudonyms` must outlive it.
  RecordProcessor(const PipelineOptions& options, const Pseudonyms& pseudonyms);

  // `source` is the topic or file name of the record's stream. Errors: the sink's.
  absl::Status Process(const SourceRecord& record, std::string_view source, const RuleSet& rules, int64_t now_us,
                       OutcomeSink& sink);
  // Gives out what has waited too long for a next line; `idle` where the source
  // had nothing more. Cheap where nothing is
  // held; call it at least every 100 ms.
  absl::Status Expire(const RuleSet& rules, int64_t now_us, bool idle, OutcomeSink& sink);
  // Gives out everything held.
  absl::Status Flush(const RuleSet& rules, int64_t now_us, OutcomeSink& sink);
  // Forgets everything held: its source reads it again.
  void DropHeld();

 private:
  struct Stream {
    Stream(uint32_t stream_number, const PipelineOptions& options);
    const uint32_t number;
    std::string source;
    std::unique_ptr<Decoder> decoder;
    store::Side side = store::Side::kUnspecified;
    LineAssembler lines;
  };

  Stream& StreamOf(uint32_t number, std::string_view source);
  std::unique_ptr<HeldRecord> TakeSpare();
  void Decode(const SourceRecord& record, Stream& stream, HeldRecord& held);
  absl::Status GiveRuns(Stream& stream, const RuleSet& rules, int64_t now_us, OutcomeSink& sink);
  absl::Status GiveRun(Stream& stream, const RuleSet& rules, int64_t now_us, OutcomeSink& sink);
  void AddOutcome(HeldRecord& held, const Stream& stream, const RuleSet& rules, int64_t now_us, OutcomeSink& sink);
  void AddDeadLetter(const HeldRecord& held, std::string_view reason, std::string_view detail, int64_t now_us);

  const PipelineOptions options_;
  EventParser parser_;
  Redactor redactor_;
  std::vector<std::unique_ptr<Stream>> streams_;  // by number
  std::vector<std::unique_ptr<HeldRecord>> spare_;
  // Of the run that is given out.
  HeldRun run_;
  std::vector<store::Event> events_;
  std::vector<EventPlace> places_;
  std::vector<store::Attempts> attempts_;
  std::vector<store::DeadLetter> dead_letters_;
  std::vector<store::LetterName> replays_;
};

}  // namespace faultline::ingest
