#include "ingest/record_processor.h"

#include <algorithm>
#include <string>
#include <utility>

#include "base/status_macros.h"
#include "ingest/attempts.h"

namespace faultline::ingest {
namespace {

// Most records that are held are lines; the first, which is used for all that
// are not, has room for a batch.
constexpr size_t kFirstArenaBytes = 64 * 1024;
constexpr size_t kArenaBytes = 4 * 1024;
constexpr size_t kMaxSpare = 1024;
constexpr size_t kMaxLetterBytes = 4096;

bool TopicFits(std::string_view pattern, std::string_view topic) {
  if (pattern.empty() || pattern.back() != '*') return pattern == topic;
  pattern.remove_suffix(1);
  return topic.substr(0, pattern.size()) == pattern;
}

std::string_view SourceErrorDetail(std::string_view reason) {
  if (reason == "record_too_large") return "the record is larger than max_record_bytes; only its start is kept";
  if (reason == "kafka_batch_undecodable") return "the broker's batch could not be decompressed or fails its checksum";
  return "the source could not deliver the record";
}

// A record that comes again does so without its neighbours: no line goes on in it.
void StandAlone(HeldRecord& held) {
  for (LogRecord& record : held.decoded.records) record.line = {};
}

bool HasLine(const HeldRecord& held) {
  return std::any_of(held.decoded.records.begin(), held.decoded.records.end(),
                     [](const LogRecord& record) { return record.line.is_line; });
}

}  // namespace

RecordProcessor::Stream::Stream(uint32_t stream_number, const PipelineOptions& options)
    : number(stream_number), lines(options.lines, LineRules::BuiltIn()) {}

RecordProcessor::RecordProcessor(const PipelineOptions& options, const Pseudonyms& pseudonyms)
    : options_(options), parser_(options.parser, pseudonyms), redactor_(options.parser.show_private) {
  spare_.push_back(std::make_unique<HeldRecord>(kFirstArenaBytes));
}

RecordProcessor::Stream& RecordProcessor::StreamOf(uint32_t number, std::string_view source) {
  if (number >= streams_.size()) streams_.resize(number + 1);
  std::unique_ptr<Stream>& stream = streams_[number];
  if (stream != nullptr) return *stream;
  stream = std::make_unique<Stream>(number, options_);
  stream->source = source;
  DecoderOptions decoder = options_.decoder;
  for (const PipelineOptions::TopicOptions& topic : options_.topics) {
    if (!TopicFits(topic.topic, source)) continue;
    decoder.format = topic.format;
    stream->side = topic.side;
    break;
  }
  stream->decoder = Decoder::Create(decoder);
  return *stream;
}

std::unique_ptr<HeldRecord> RecordProcessor::TakeSpare() {
  if (spare_.empty()) return std::make_unique<HeldRecord>(kArenaBytes);
  std::unique_ptr<HeldRecord> held = std::move(spare_.back());
  spare_.pop_back();
  return held;
}

absl::Status RecordProcessor::Process(const SourceRecord& record, std::string_view source, const RuleSet& rules,
                                      int64_t now_us, OutcomeSink& sink) {
  Stream& stream = StreamOf(record.stream, source);
  if (stream.lines.Holds(record.offset)) {
    sink.OnHeldRepeat();
    return absl::OkStatus();
  }
  std::unique_ptr<HeldRecord> held = TakeSpare();
  held->Begin(record);
  Decode(record, stream, *held);
  if (!held->replays.empty()) StandAlone(*held);
  if (stream.lines.empty() && !HasLine(*held)) {
    run_.offset = held->offset;
    run_.next_offset = held->next_offset;
    run_.checksum = held->checksum;
    run_.records.clear();
    run_.records.push_back(std::move(held));
    return GiveRun(stream, rules, now_us, sink);
  }
  held->Own(record);
  stream.lines.Add(std::move(held), now_us, spare_);
  return GiveRuns(stream, rules, now_us, sink);
}

void RecordProcessor::Decode(const SourceRecord& record, Stream& stream, HeldRecord& held) {
  const bool too_large = record.value.size() > options_.max_record_bytes;
  if (record.source_error.empty() && !too_large) {
    stream.decoder->Decode(record.value, record.headers, held.arena, held.decoded);
    return;
  }
  const std::string_view reason = record.source_error.empty() ? "record_too_large" : record.source_error;
  held.decoded.records.clear();
  held.decoded.failures.assign(1, {reason, std::string(SourceErrorDetail(reason))});
}

absl::Status RecordProcessor::Expire(const RuleSet& rules, int64_t now_us, bool idle, OutcomeSink& sink) {
  for (const std::unique_ptr<Stream>& stream : streams_) {
    if (stream == nullptr || stream->lines.empty()) continue;
    stream->lines.Expire(now_us, idle);
    RETURN_IF_ERROR(GiveRuns(*stream, rules, now_us, sink));
  }
  return absl::OkStatus();
}

absl::Status RecordProcessor::Flush(const RuleSet& rules, int64_t now_us, OutcomeSink& sink) {
  for (const std::unique_ptr<Stream>& stream : streams_) {
    if (stream == nullptr || stream->lines.empty()) continue;
    stream->lines.Finish();
    RETURN_IF_ERROR(GiveRuns(*stream, rules, now_us, sink));
  }
  return absl::OkStatus();
}

void RecordProcessor::DropHeld() {
  for (const std::unique_ptr<Stream>& stream : streams_) {
    if (stream != nullptr) stream->lines.Clear();
  }
}

absl::Status RecordProcessor::GiveRuns(Stream& stream, const RuleSet& rules, int64_t now_us, OutcomeSink& sink) {
  while (stream.lines.TakeRun(run_)) RETURN_IF_ERROR(GiveRun(stream, rules, now_us, sink));
  return absl::OkStatus();
}

absl::Status RecordProcessor::GiveRun(Stream& stream, const RuleSet& rules, int64_t now_us, OutcomeSink& sink) {
  events_.clear();
  places_.clear();
  attempts_.clear();
  dead_letters_.clear();
  replays_.clear();
  for (const std::unique_ptr<HeldRecord>& held : run_.records) {
    AddOutcome(*held, stream, rules, now_us, sink);
    replays_.insert(replays_.end(), held->replays.begin(), held->replays.end());
  }
  store::RecordOutcome outcome;
  outcome.stream = stream.number;
  outcome.offset = run_.offset;
  outcome.next_offset = run_.next_offset;
  outcome.checksum = run_.checksum;
  outcome.events = events_;
  outcome.attempts = attempts_;
  outcome.dead_letters = dead_letters_;
  outcome.replays = replays_;
  const absl::Status status = sink.OnOutcome(outcome, places_);
  for (std::unique_ptr<HeldRecord>& held : run_.records) {
    if (spare_.size() < kMaxSpare) spare_.push_back(std::move(held));
  }
  run_.records.clear();
  return status;
}

void RecordProcessor::AddOutcome(HeldRecord& held, const Stream& stream, const RuleSet& rules, int64_t now_us,
                                 OutcomeSink& sink) {
  RecordContext context;
  context.kafka_time_us = held.kafka_time_us;
  context.now_us = now_us;
  context.source = stream.source;
  context.format = FormatName(held.decoded.format);
  context.default_side = stream.side;
  EventPlace place{held.offset, held.offset, 0};
  for (LogRecord& decoded : held.decoded.records) {
    if (decoded.line.absorbed) continue;
    if (decoded.line.absorbed_lines > 0) stream.decoder->Unwrap(decoded, held.arena);
    if (decoded.attempts.has_value()) {
      AppendAttempts(decoded, held.kafka_time_us != 0 ? held.kafka_time_us : now_us, redactor_, held.arena, attempts_);
      continue;
    }
    SignatureInput input;
    parser_.Parse(decoded, rules, context, held.arena, events_.emplace_back(), input);
    place.last_offset = std::max(held.offset, decoded.line.last_offset);
    places_.push_back(place);
    ++place.index;
    if (events_.back().signature != 0) sink.OnSignature(events_.back(), input);
  }
  for (const DecodeFailure& failure : held.decoded.failures) {
    AddDeadLetter(held, failure.reason, failure.detail, now_us);
  }
}

void RecordProcessor::AddDeadLetter(const HeldRecord& held, std::string_view reason, std::string_view detail,
                                    int64_t now_us) {
  store::DeadLetter& letter = dead_letters_.emplace_back();
  letter.reason = reason;
  letter.detail = parser_.SafeBytes(detail);
  uint16_t changes = 0;
  letter.bytes = parser_.SafeBytes(held.value, kMaxLetterBytes, &changes);
  letter.original_size_bytes = std::max<int64_t>(held.original_size_bytes, static_cast<int64_t>(held.value.size()));
  letter.time_us = now_us;
  letter.partly_taken = !held.decoded.records.empty();
  letter.damaged = (changes & (store::kTextRepaired | store::kTextTruncated)) != 0 ||
                   letter.original_size_bytes > static_cast<int64_t>(held.value.size());
}

}  // namespace faultline::ingest
