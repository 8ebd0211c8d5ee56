// How answers leave the operator tool: a table for people; the API's proto3
// JSON, csv or a template for programs.
//
// The tool asks one question and ends, so there is one standard output and one
// pager for the whole process. Not thread-safe.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "deploy/cli/row_printer.h"
#include "deploy/cli/terminal.h"
#include "faultline/v1/failure_query_service.pb.h"
#include "google/protobuf/message.h"

namespace faultline::deploy {

// What a verb has to make: a table, the whole response, or a row at a time.
enum class OutputFormat { kTable, kJson, kNdjson };

struct OutputOptions {
  // "table", "wide" (a table with nothing cut or left out), "json", "ndjson",
  // "csv", "template=TEXT" (see RowPrinter); empty: table on a terminal, else ndjson.
  std::string format;
  std::string color;      // see DetectTerminal; empty: "auto"
  bool quiet = false;     // no footer
  bool no_pager = false;  // a terminal gets long tables through $FAULTLINE_PAGER, $PAGER or less
};

class Output {
 public:
  // Errors: InvalidArgument for a word that is no format or colour choice.
  static absl::StatusOr<Output> Open(const OutputOptions& options);

  OutputFormat format() const { return format_; }
  const Terminal& terminal() const { return terminal_; }
  // A whole response, indented.
  void Json(const google::protobuf::Message& message) const;
  // One row message, as the format wants it. What is wrong with a template is said by Finish.
  void NdjsonRow(const google::protobuf::Message& message) const;
  // Text that is already safe, as it is.
  void Text(std::string_view text) const;
  // A line on standard error beneath a table, unless --quiet.
  void Footer(std::string_view line) const;
  // A line on standard error about what limits the answer, in every format, unless --quiet.
  void Note(std::string_view line) const;
  // Makes sure that everything has been written, and waits for the pager. Errors:
  // Unavailable when standard output is gone; what a row's printer said first.
  static absl::Status Finish();

 private:
  OutputFormat format_ = OutputFormat::kTable;
  Terminal terminal_;
  std::shared_ptr<RowPrinter> rows_;  // a verb may copy its output
  bool quiet_ = false;
};

// "12 ms", "3.4 s".
std::string FormatElapsed(int64_t elapsed_us);
// "1,234,567".
std::string WithThousands(int64_t number);
// "1 event", "26,026 events".
std::string CountOf(int64_t number, std::string_view noun);
// "2026-11-24 15:00:00.123" in the zone of deploy/cli/display_zone.h; empty when absent.
std::string TableTime(const google::protobuf::Timestamp& time);
// ", complete up to …" or ", partial: …".
std::string DescribeCompleteness(const faultline::v1::Completeness& completeness);

}  // namespace faultline::deploy
