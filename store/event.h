// One parsed error record, as the store takes it and gives it back.
//
// Strings are views: the owner is named where an Event is made or returned.
// Everything here is already capped, repaired, redacted and sanitised.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace faultline::store {

// Who reported the failure. Values are stored and equal those of
// the names of Event.side in the API.
enum class Side : uint8_t {
  kUnspecified = 0,
  kClient = 1,
  kServer = 2,
  kNetwork = 3,
  kUser = 4,  // a report written by a person
};
inline constexpr int kSides = 5;

// Kinds of ids are never mixed: a UUID and a trace id look alike. Values are
// stored and equal faultline.v1.IdKind minus one.
enum class IdKind : uint8_t {
  kTrace = 0,
  kSpan = 1,
  kRequest = 2,
  kMessage = 3,
  kConversation = 4,
  kSession = 5,
  kUser = 6,    // always a keyed hash, never the id itself
  kDevice = 7,  // always a keyed hash, never the id itself
};
inline constexpr int kIdKinds = 8;

// Trace, span, request and message name one unit of work; the others are weak.
constexpr bool IsExact(IdKind kind) { return kind <= IdKind::kMessage; }

// Low-cardinality fields, dictionary-coded in every segment. Values are stored:
// append only.
enum class Dimension : uint8_t {
  kService = 0,
  kServiceVersion = 1,
  kEnvironment = 2,
  kRegion = 3,
  kHost = 4,
  kOs = 5,
  kAppVersion = 6,
  kCarrier = 7,
  kEndpoint = 8,  // operation, route or method that failed
  kLogger = 9,
  kErrorCode = 10,
  kExceptionType = 11,
  kSeverityText = 12,  // as the producer wrote it
  kRule = 13,          // the winning rule, empty for none
  kFormat = 14,        // the wire format it was decoded from
  kSource = 15,        // Kafka topic, or file name without its folder
};
inline constexpr int kDimensions = 16;

enum class Outcome : uint8_t {
  kFailure = 0,
  kSuccess = 1,  // a rule said so: it marks a unit that worked in the end
};

// Bits of Event::flags. Stored: append only.
enum EventFlag : uint16_t {
  kTimeSkewed = 1 << 0,     // claimed time outside the accepted range
  kTimeMissing = 1 << 1,    // no claimed time at all
  kTextRepaired = 1 << 2,   // invalid UTF-8 or control bytes were replaced
  kTextTruncated = 1 << 3,  // something was cut to a size limit
  kTextRedacted = 1 << 4,   // private data was replaced
  kIdRejected = 1 << 5,     // an id field held no usable id
  kDepthExceeded = 1 << 6,  // nested deeper than is decoded
  kSampled = 1 << 7,        // it says that only some of the events like it were sent
};

// Smallest OTel severity number that is an error; 0 means not stated.
inline constexpr uint8_t kErrorSeverity = 17;

// Stands for one masked run in Event::message_template.
inline constexpr char kTemplateHole = '\x01';

struct Event {
  // Microseconds since the epoch, UTC. `time_us` is the corrected and clamped
  // time that everything is indexed by; the others are 0 where not known.
  int64_t time_us = 0;
  int64_t claimed_time_us = 0;   // what the producer wrote
  int64_t received_time_us = 0;  // collector's receipt, else Kafka's timestamp
  int64_t ingested_time_us = 0;  // when a worker parsed it

  Side side = Side::kUnspecified;
  Outcome outcome = Outcome::kFailure;
  uint8_t severity = 0;    // OTel severity number 1..24, 0 not stated
  uint16_t flags = 0;      // EventFlag bits
  uint64_t signature = 0;  // FormatSignature() shows it

  std::array<std::string_view, kDimensions> dimensions;
  std::array<std::string_view, kIdKinds> ids;  // normalised, empty for none

  // The message, and the same text taken apart: `message_template` has one
  // kTemplateHole per variable run, `parameters` the runs in order, each behind
  // its length as a varint. When the template is empty, only `message` counts.
  std::string_view message;
  std::string_view message_template;
  std::string_view parameters;

  std::string_view exception_message;
  std::string_view stacktrace;
  // Fields without a column of their own: varint length, key, varint length,
  // value, and so on, sorted by key.
  std::string_view attributes;

  std::string_view dimension(Dimension d) const { return dimensions[static_cast<size_t>(d)]; }
  std::string_view id(IdKind kind) const { return ids[static_cast<size_t>(kind)]; }
  // Whether it counts as a failure when sides are correlated.
  bool IsError() const { return outcome == Outcome::kFailure && (severity == 0 || severity >= kErrorSeverity); }
};

// "v1:" and 16 lower-case hex digits. The version is that of the algorithm in
// ingest/signature.h; it is part of the id and never reused.
std::string FormatSignature(uint64_t signature);
// The reverse; nullopt unless `text` is exactly of that form.
std::optional<uint64_t> ParseSignature(std::string_view text);

// Names as in the filter language and the API: "service.name", "host.name", …
std::string_view DimensionName(Dimension dimension);
std::string_view IdKindName(IdKind kind);  // "trace_id", "message_id", …
std::string_view SideName(Side side);      // "CLIENT", …; "" for unspecified

// The form in which ids of `kind` are stored and looked up: UUIDs lose their
// dashes, all-hex ids become lower case, surrounding blanks go. Empty when
// `raw` is no usable id: empty, longer than 128 bytes, with characters outside
// [A-Za-z0-9._:@/+=-], all zeros, or a placeholder such as "-", "null", "none".
std::string NormaliseId(IdKind kind, std::string_view raw);

}  // namespace faultline::store
