#include "ingest/record_processor.h"

#include <xxhash.h>

#include <algorithm>
#include <string>

#include "ingest/attempts.h"

namespace faultline::ingest {
namespace {

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

}  // namespace

RecordProcessor::RecordProcessor(const PipelineOptions& options, const Pseudonyms& pseudonyms)
    : options_(options), parser_(options.parser, pseudonyms) {}

RecordProcessor::Stream& RecordProcessor::StreamOf(uint32_t number, std::string_view source) {
  if (number >= streams_.size()) streams_.resize(number + 1);
  Stream& stream = streams_[number];
  if (stream.decoder != nullptr) return stream;
  DecoderOptions decoder = options_.decoder;
  for (const PipelineOptions::TopicOptions& topic : options_.topics) {
    if (!TopicFits(topic.topic, source)) continue;
    decoder.format = topic.format;
    stream.side = topic.side;
    break;
  }
  stream.decoder = Decoder::Create(decoder);
  return stream;
}

const store::RecordOutcome& RecordProcessor::Process(
    const SourceRecord& record, std::string_view source, const RuleSet& rules, int64_t now_us,
    const std::function<void(const store::Event&, const SignatureInput&)>& on_signature) {
  arena_.Reset();
  events_.clear();
  attempts_.clear();
  dead_letters_.clear();
  if (!record.source_error.empty()) {
    AddDeadLetter(record, record.source_error, SourceErrorDetail(record.source_error), now_us);
  } else if (record.value.size() > options_.max_record_bytes) {
    AddDeadLetter(record, "record_too_large", SourceErrorDetail("record_too_large"), now_us);
  } else {
    Stream& stream = StreamOf(record.stream, source);
    stream.decoder->Decode(record.value, record.headers, arena_, decoded_);
    ProcessDecoded(record, source, rules, now_us, stream.side, on_signature);
  }
  outcome_.stream = record.stream;
  outcome_.offset = record.offset;
  outcome_.next_offset = record.next_offset;
  outcome_.checksum = XXH3_64bits(record.value.data(), record.value.size());
  outcome_.events = events_;
  outcome_.attempts = attempts_;
  outcome_.dead_letters = dead_letters_;
  return outcome_;
}

void RecordProcessor::ProcessDecoded(
    const SourceRecord& record, std::string_view source, const RuleSet& rules, int64_t now_us, store::Side side,
    const std::function<void(const store::Event&, const SignatureInput&)>& on_signature) {
  RecordContext context;
  context.kafka_time_us = record.kafka_time_us;
  context.now_us = now_us;
  context.source = source;
  context.format = FormatName(decoded_.format);
  context.default_side = side;
  for (LogRecord& decoded : decoded_.records) {
    if (decoded.attempts.has_value()) {
      AppendAttempts(decoded, record.kafka_time_us != 0 ? record.kafka_time_us : now_us, redactor_, arena_, attempts_);
      continue;
    }
    SignatureInput input;
    parser_.Parse(decoded, rules, context, arena_, events_.emplace_back(), input);
    if (events_.back().signature != 0) on_signature(events_.back(), input);
  }
  for (const DecodeFailure& failure : decoded_.failures) AddDeadLetter(record, failure.reason, failure.detail, now_us);
}

void RecordProcessor::AddDeadLetter(const SourceRecord& record, std::string_view reason, std::string_view detail,
                                    int64_t now_us) {
  store::DeadLetter& letter = dead_letters_.emplace_back();
  letter.reason = reason;
  letter.detail = parser_.SafeBytes(detail);
  letter.bytes = parser_.SafeBytes(record.value);
  letter.original_size_bytes = std::max<int64_t>(record.original_size_bytes, static_cast<int64_t>(record.value.size()));
  letter.time_us = now_us;
}

}  // namespace faultline::ingest
