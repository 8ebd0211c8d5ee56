// What a field's name means, in any of the dialects that log shippers and
// logging libraries write: OpenTelemetry, ECS (dotted and nested), GELF,
// journald, syslog-ng, rsyslog, GCP, pino, winston, zap, log4j and so on.
//
// Names are compared without case, "_" and "-": "traceId", "trace_id" and
// "TRACE-ID" are one name. Nested fields are named by their dotted path.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/text_ends.h"
#include "store/event.h"

namespace faultline::ingest {

// "Weak" fields count only where no better one is in the record.
enum class Field : uint8_t {
  kNone,     // unknown: an attribute
  kIgnored,  // says nothing about the event: cursors, format versions
  kTime,
  kTimeWeak,
  kSerilogTime,  // a record without a level is one of information
  kSent,
  kReceived,
  kSeverity,        // text, or a number of a dialect told by its size
  kSeverityOtel,    // 1..24
  kSeverityPython,  // 10..50
  kSyslogPriority,  // 0..7, or text
  kSide,
  kMessage,
  kMessageWeak,
  kShortMessage,  // GELF's
  kFullMessage,   // GELF's: the message once more, with a stack trace behind it
  kExceptionMessage,
  kStacktrace,
  kException,        // text: a stack trace, or a message
  kError,            // text: an error's message, or a stack trace
  kName,             // the application (bunyan), or the error's class
  kUserName,         // a person, where no user id is
  kProcessName,      // the service where nothing better is
  kSyslogTag,        // "chatd[4242]:", as rsyslog writes it
  kKind,             // "attempts"
  kCount,            // of attempts
  kWindow,           // of attempts
  kSampling,         // the share, or one in how many, of records that are sent
  kVersion,          // the service's, or the format's (GELF)
  kJournaldTime,     // marks journald
  kJournaldIgnored,  // marks journald
  kEcsMarker,
  kEnvelope,  // marks what may be a wrapper around records (formats/envelope.h); an attribute otherwise
  // + store::Dimension, + store::IdKind
  kDimension = 64,
  kDimensionWeak = 96,
  kId = 128,
};

constexpr Field DimensionField(store::Dimension dimension) {
  return static_cast<Field>(static_cast<int>(Field::kDimension) + static_cast<int>(dimension));
}
constexpr Field WeakDimensionField(store::Dimension dimension) {
  return static_cast<Field>(static_cast<int>(Field::kDimensionWeak) + static_cast<int>(dimension));
}
constexpr Field IdField(store::IdKind kind) {
  return static_cast<Field>(static_cast<int>(Field::kId) + static_cast<int>(kind));
}
constexpr bool IsDimension(Field field) { return field >= Field::kDimension && field < Field::kDimensionWeak; }
constexpr bool IsWeakDimension(Field field) { return field >= Field::kDimensionWeak && field < Field::kId; }
constexpr bool IsId(Field field) { return field >= Field::kId; }
// The dimension or id kind as an index. Only for fields of those groups.
constexpr size_t FieldIndex(Field field) { return static_cast<size_t>(field) & 31; }

// Looks a path up; kNone when it is not known. Costs up to 200 ns.
Field FindField(std::string_view path);

// The same with a memory for the names that were asked for before, as records
// of one stream have the same few. Bounded. Not thread-safe.
class FieldCache {
 public:
  Field Find(std::string_view path);

 private:
  static constexpr size_t kSlots = 1024;  // power of two
  static constexpr size_t kMaxEntries = 512;
  static constexpr size_t kMaxNameBytes = 64;
  struct Slot {
    TextEnds ends;
    uint32_t size = 0;  // 0: free
    Field field = Field::kNone;
    std::string name;
  };

  std::array<Slot, kSlots> slots_;
  size_t entries_ = 0;
};

}  // namespace faultline::ingest
