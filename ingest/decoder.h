// Record bytes -> LogRecords, by wire format (docs/formats.md).
//
// One decoder per stream: each message's first bytes tell its format, and where
// two could fit, what the stream had last. Not thread-safe.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "base/arena.h"
#include "ingest/log_record.h"

namespace faultline::ingest {

enum class Format : uint8_t {
  kAuto,
  kJson,  // one object, fields by alias tables: Fluent Bit, Vector, most loggers
  kEcs,   // Elastic Common Schema, Beats
  kGelf,
  kJournald,
  kOtlpProto,
  kOtlpJson,
  kRfc5424,
  kRfc3164,
  kSyslogFile,  // rsyslog's and syslog-ng's file format: ISO8601 HOST TAG[PID]: MSG
  kText,
  kSentry,    // envelopes: ingest/formats/sentry.h
  kCsv,       // rows under a header line
  kCsvSpan,   // such a row that is a span
  kLogfmt,    // key=value pairs
  kLtsv,      // label:value fields apart by tabs
  kMsgpack,   // maps, and Fluentd's forward protocol
  kIps,       // Apple's crash reports
  kOtlpSpan,  // spans of OTLP, all of them: DecoderOptions::all_spans
};
std::string_view FormatName(Format format);  // "json", "ecs", "otlp_proto", …
absl::StatusOr<Format> ParseFormat(std::string_view name);

struct DecoderOptions {
  Format format = Format::kAuto;
  size_t max_document_bytes = 256 * 1024;  // a larger JSON document is a dead letter
  int max_depth = 32;                      // deeper values are dropped and flagged
  size_t max_records_per_message = 65'535;
  size_t max_inflated_bytes = 16 << 20;  // gzip or zstd inside the value
  // Whether OTLP spans that did not fail become events too, of severity INFO: evidence for `suspects`
  // (docs/suspects.md).
  bool all_spans = false;
  // Whether well-formed JSON objects may go the short way (formats/plain_json.h), which gives
  // the same records. Off to compare the two.
  bool plain_json = true;
};

// A part of the message that could not be decoded.
struct DecodeFailure {
  std::string_view reason;  // stable: "empty", "json_malformed", "document_too_large", "otlp_truncated", …
  std::string detail;       // what, where
};

struct Decoded {
  std::vector<LogRecord> records;
  std::vector<DecodeFailure> failures;  // never both empty
  Format format = Format::kAuto;
};

class Decoder {
 public:
  // `value` is already within the size cap. `headers` are Kafka's. `arena` must
  // outlive the records. Replaces `decoded`. Never fails as a whole: what
  // cannot be decoded is in `decoded.failures`.
  virtual ~Decoder() = default;
  virtual void Decode(std::string_view value, std::span<const std::pair<std::string_view, std::string_view>> headers,
                      Arena& arena, Decoded& decoded) = 0;

  // Where the record's message is a record of its own (JSON or logfmt in a field of a shipper or a container's
  // runtime), makes it that: what the inner one says comes before what `record` says, and what differs is kept as an
  // attribute. Decode() does it for each of its records; call it for a record whose message was put together
  // afterwards. `arena` as above.
  virtual void Unwrap(LogRecord& record, Arena& arena) = 0;

  static std::unique_ptr<Decoder> Create(const DecoderOptions& options);
};

}  // namespace faultline::ingest
