#include "ingest/event_parser.h"

#include <algorithm>

#include "base/text.h"
#include "base/varint.h"
#include "ingest/clean_text.h"
#include "ingest/dead_letter_text.h"
#include "ingest/level_in_text.h"
#include "ingest/private_span.h"

namespace faultline::ingest {
namespace {

using store::Dimension;

constexpr int64_t kYear2000 = 946'684'800'000'000;
constexpr int64_t kMaxTime = int64_t{1} << 60;  // far beyond any clamp, and sums of three fit
constexpr size_t kMaxKeyBytes = 128;
constexpr size_t kMaxSourceBytes = 256;
constexpr std::string_view kRemoved = "<removed>";

// "7.2.1.4" in a field that holds versions is no IP address.
bool IsPlainVersion(Dimension dimension, std::string_view value) {
  if (dimension != Dimension::kServiceVersion && dimension != Dimension::kAppVersion) return false;
  return value.size() <= 32 && std::all_of(value.begin(), value.end(), [](char c) { return IsDigit(c) || c == '.'; });
}

// Attributes as store::Event wants them; sorts `attributes`. Of equal keys the
// first stays.
std::string_view EncodeAttributes(std::vector<std::pair<std::string_view, std::string_view>>& attributes,
                                  Arena& arena) {
  if (attributes.empty()) return {};
  std::stable_sort(attributes.begin(), attributes.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  const auto same_key = [](const auto& a, const auto& b) { return a.first == b.first; };
  attributes.erase(std::unique(attributes.begin(), attributes.end(), same_key), attributes.end());
  constexpr size_t kMaxVarintBytes = 10;
  size_t size = 0;
  for (const auto& [key, value] : attributes) size += key.size() + value.size() + 2 * kMaxVarintBytes;
  char* const begin = arena.Allocate(size);
  char* to = begin;
  const auto append = [&to](std::string_view text) {
    to = WriteVarint(to, text.size());
    to = std::copy(text.begin(), text.end(), to);
  };
  for (const auto& [key, value] : attributes) {
    append(key);
    append(value);
  }
  return {begin, static_cast<size_t>(to - begin)};
}

// A success says that a unit worked, when and where; its body would be most of a store that sees every request.
void KeepAsMarker(store::Event& event) {
  constexpr size_t kMaxMarkerText = 128;
  event.message = CutUtf8(event.message, kMaxMarkerText);
  event.exception_message = event.stacktrace = event.attributes = {};
  for (int i = 0; i < store::kIdKinds; ++i) {
    if (!store::IsExact(static_cast<store::IdKind>(i))) event.ids[static_cast<size_t>(i)] = {};
  }
}

uint8_t GuessSeverity(const LogRecord& record) {
  if (!record.dimension(Dimension::kExceptionType).empty()) return store::kErrorSeverity;
  return LevelInText(record.message);
}

}  // namespace

EventParser::EventParser(const EventParserOptions& options, const Pseudonyms& pseudonyms)
    : options_(options), redactor_(options.show_private), ids_(pseudonyms) {
  match_.show_private = options.show_private;
}

void EventParser::Parse(LogRecord& record, const RuleSet& rules, const RecordContext& context, Arena& arena,
                        store::Event& event, SignatureInput& signature_input) {
  event = {};
  event.flags = record.flags;
  CleanFields(record, context, arena, event.flags);
  const std::string_view text = record.message;  // a rule may replace it
  match_.rule = {};
  match_.outcome = store::Outcome::kFailure;
  match_.fingerprint.clear();
  match_.captures.clear();
  match_.decoded_attributes = record.attributes.size();
  const MaskedMessage masked = MaskMessage(text, arena);
  match_.masked = &masked;
  if (!rules.Apply(record, arena, match_)) match_.rule = {};
  match_.masked = nullptr;
  for (size_t i = match_.decoded_attributes; i < record.attributes.size(); ++i) {
    const bool denied = !options_.show_private && Redactor::IsDeniedField(record.attributes[i].first);
    if (denied) record.attributes[i].second = kRemoved;
  }
  ids_.Read(record, redactor_, arena, event);

  event.side = record.side != store::Side::kUnspecified ? record.side : context.default_side;
  event.outcome = match_.outcome;
  event.severity = record.severity != 0 ? record.severity : GuessSeverity(record);
  event.dimensions = record.dimensions;
  event.dimensions[static_cast<size_t>(Dimension::kRule)] = match_.rule;
  event.message = record.message.empty() ? record.exception_message : record.message;
  event.exception_message = record.exception_message;
  event.stacktrace = record.stacktrace;
  event.attributes = EncodeAttributes(record.attributes, arena);
  if (event.outcome == store::Outcome::kSuccess && !options_.whole_successes) KeepAsMarker(event);
  SetTimes(record, context, event);
  const bool same = event.message.data() == text.data() && event.message.size() == text.size();
  SetSignature(same ? masked : MaskMessage(event.message, arena), event, signature_input);
}

void EventParser::CleanFields(LogRecord& record, const RecordContext& context, Arena& arena, uint16_t& flags) {
  record.message = CleanText(record.message, options_.max_message_bytes, redactor_, arena, flags);
  record.exception_message = CleanText(record.exception_message, options_.max_message_bytes, redactor_, arena, flags);
  record.stacktrace = CleanText(record.stacktrace, options_.max_stacktrace_bytes, redactor_, arena, flags);
  for (size_t d = 0; d < record.dimensions.size(); ++d) {
    std::string_view& value = record.dimensions[d];
    if (!value.empty() && !clean_dimensions_.Has(value)) {
      CleanDimension(static_cast<Dimension>(d), value, arena, flags);
    }
  }
  // Rules may ask for them.
  record.set_dimension(Dimension::kFormat, context.format);
  record.set_dimension(Dimension::kSource, CleanName(context.source, kMaxSourceBytes, arena, flags));
  CleanAttributes(record, arena, flags);
}

void EventParser::CleanDimension(Dimension dimension, std::string_view& value, Arena& arena, uint16_t& flags) {
  if (IsPlainVersion(dimension, value)) {
    value = CleanName(value, options_.max_dimension_bytes, arena, flags);
    return;
  }
  const std::string_view raw = value;
  value = CleanText(raw, options_.max_dimension_bytes, redactor_, arena, flags);
  if (value.data() == raw.data() && value.size() == raw.size()) clean_dimensions_.Add(raw);
}

void EventParser::CleanAttributes(LogRecord& record, Arena& arena, uint16_t& flags) {
  if (record.attributes.size() > options_.max_attributes) {
    record.attributes.resize(options_.max_attributes);
    flags |= store::kTextTruncated;
  }
  for (auto& [key, value] : record.attributes) {
    if (!clean_keys_.Has(key)) {
      const std::string_view raw = key;
      const bool denied = !options_.show_private && Redactor::IsDeniedField(raw);
      key = CleanText(raw, kMaxKeyBytes, redactor_, arena, flags);
      if (denied && !value.empty()) {
        value = kRemoved;
        flags |= store::kTextRedacted;
        continue;
      }
      if (!denied && key.data() == raw.data() && key.size() == raw.size()) clean_keys_.Add(raw);
    }
    value = CleanText(value, options_.max_attribute_bytes, redactor_, arena, flags);
  }
}

void EventParser::SetTimes(const LogRecord& record, const RecordContext& context, store::Event& event) const {
  const int64_t latest = context.now_us + options_.max_ahead_us;
  const auto plausible = [latest](int64_t time) { return time >= kYear2000 && time <= latest; };
  const int64_t kafka = plausible(context.kafka_time_us) ? context.kafka_time_us : 0;
  const int64_t received = plausible(record.received_us) ? record.received_us : 0;
  event.ingested_time_us = context.now_us;
  event.claimed_time_us = record.time_us;
  event.received_time_us = received != 0 ? received : kafka;
  const bool receipt_known = event.received_time_us != 0;
  const int64_t receipt = receipt_known ? event.received_time_us : context.now_us;
  event.time_us = receipt;
  if (record.time_us == 0) {
    event.flags |= store::kTimeMissing;
    return;
  }
  const auto bounded = [](int64_t time) { return std::clamp(time, -kMaxTime, kMaxTime); };
  int64_t time = bounded(record.time_us);
  if (options_.trust_claimed_times) {
    event.time_us = time;
    return;
  }
  if (record.sent_us != 0 && received != 0) time += received - bounded(record.sent_us);
  // Old files are loaded long after; only what says when it was received can be too old.
  const int64_t earliest = receipt_known ? receipt - options_.max_age_us : kYear2000;
  if (time < earliest || time > receipt + options_.max_ahead_us) {
    event.flags |= store::kTimeSkewed;
  } else {
    event.time_us = time;
  }
}

void EventParser::SetSignature(const MaskedMessage& masked, store::Event& event,
                               SignatureInput& signature_input) const {
  event.message_template = masked.text;
  event.parameters = masked.parameters;
  signature_input.side = event.side;
  signature_input.rule = match_.rule;
  signature_input.rule_parts = match_.fingerprint;
  signature_input.exception_type = event.dimension(Dimension::kExceptionType);
  signature_input.stacktrace = event.stacktrace;
  signature_input.masked_message = masked.text;
  event.signature = event.IsError() ? ComputeSignature(signature_input) : 0;
}

std::string EventParser::SafeBytes(std::string_view bytes, size_t limit, uint16_t* changes) const {
  Arena arena;
  uint16_t flags = 0;
  if (bytes.size() > limit * 4) flags |= store::kTextTruncated;
  bytes = bytes.substr(0, limit * 4);
  const std::string known = options_.show_private ? std::string(bytes) : RemoveDeniedValues(bytes);
  std::string safe(CleanText(known, limit, redactor_, arena, flags));
  if (changes != nullptr) *changes = flags;
  return safe;
}

}  // namespace faultline::ingest
