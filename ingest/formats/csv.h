// Comma-separated rows (RFC 4180) under a header line: what exports of logs and of
// spans look like.
//
// A header is a line of at least three distinct names of which two mean something (ingest/field_aliases.h);
// it is remembered for the rows of its stream that follow. A row's message
// may itself be a JSON or text record, as collectors write it: it is decoded, and the row's other columns
// fill in what it does not say. A row with a span id and a duration, or a start and an end, is a span.
//
// A quoted field may not hold a line end: sources give one line at a time. Not thread-safe.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/arena.h"
#include "ingest/record_builder.h"
#include "ingest/record_sink.h"

namespace faultline::ingest {

class CsvFormat {
 public:
  explicit CsvFormat(RecordBuilder& builder) : builder_(builder) {}

  // Whether `line` is a header, or a row under the one seen last.
  bool Fits(std::string_view line);
  // Decodes a line that fits: a header is a failure "csv_header", which becomes a dead letter; a
  // row that does not parse, or is none, is "csv_malformed". `decode_message` decodes a message that is a record of its
  // own into `sink`. Returns true when the row is a span.
  bool Decode(std::string_view line, Arena& arena, RecordSink& sink,
              const std::function<void(std::string_view message)>& decode_message);

 private:
  enum class Column : uint8_t { kField, kPod, kMessage, kParent, kStart, kEnd, kDuration, kStatus };

  bool ReadHeader(std::string_view line);
  void AddSpan(Arena& arena, RecordSink& sink);
  void AddLog(Arena& arena, RecordSink& sink, const std::function<void(std::string_view message)>& decode_message);
  void FillPod(LogRecord& record) const;
  void FillIn(LogRecord& record, Arena& arena);
  std::string_view Value(Column column) const;

  RecordBuilder& builder_;
  std::vector<std::string> names_;
  std::vector<Column> columns_;
  std::vector<Field> meanings_;
  bool has_spans_ = false;
  std::vector<std::string_view> values_;  // of the row
};

// Splits a line; quotes are undone in `arena`. False for a quote that is not closed, text behind a closing one,
// or more than 256 fields.
bool SplitCsv(std::string_view line, Arena& arena, std::vector<std::string_view>& fields);
// "ts-order-service" of "ts-order-service-5b67c48447-fj8b7": the workload of a Kubernetes pod.
std::string_view WorkloadOf(std::string_view pod);

}  // namespace faultline::ingest
