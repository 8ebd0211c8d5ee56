// One source record -> its outcome: events, attempts, dead letters.
//
// Holds what is reused from record to record. Not thread-safe.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "base/arena.h"
#include "base/pseudonym.h"
#include "ingest/decoder.h"
#include "ingest/event_parser.h"
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

  // `source` is the topic or file name of the record's stream. `on_signature`
  // is called for each event that has a signature, with what it was made from.
  // The outcome and its views are valid until the next call.
  const store::RecordOutcome& Process(
      const SourceRecord& record, std::string_view source, const RuleSet& rules, int64_t now_us,
      const std::function<void(const store::Event&, const SignatureInput&)>& on_signature);

 private:
  struct Stream {
    std::unique_ptr<Decoder> decoder;
    store::Side side = store::Side::kUnspecified;
  };

  Stream& StreamOf(uint32_t number, std::string_view source);
  void ProcessDecoded(const SourceRecord& record, std::string_view source, const RuleSet& rules, int64_t now_us,
                      store::Side side,
                      const std::function<void(const store::Event&, const SignatureInput&)>& on_signature);
  void AddDeadLetter(const SourceRecord& record, std::string_view reason, std::string_view detail, int64_t now_us);

  const PipelineOptions options_;
  EventParser parser_;
  Redactor redactor_;
  Arena arena_;
  Decoded decoded_;
  std::vector<Stream> streams_;
  std::vector<store::Event> events_;
  std::vector<store::Attempts> attempts_;
  std::vector<store::DeadLetter> dead_letters_;
  store::RecordOutcome outcome_;
};

}  // namespace faultline::ingest
