// How answers leave the operator tool: a table for people, or the API's proto3
// JSON for programs.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "deploy/cli/terminal.h"
#include "faultline/v1/failure_query_service.pb.h"
#include "google/protobuf/message.h"

namespace faultline::deploy {

enum class OutputFormat { kTable, kJson, kNdjson };

struct OutputOptions {
  std::string format;          // "table", "json", "ndjson"; empty: table on a terminal, else ndjson
  std::string color = "auto";  // see DetectTerminal
  bool quiet = false;          // no footer
};

class Output {
 public:
  // Errors: InvalidArgument for a word that is no format or colour choice.
  static absl::StatusOr<Output> Open(const OutputOptions& options);

  OutputFormat format() const { return format_; }
  const Terminal& terminal() const { return terminal_; }
  // A whole response, indented.
  void Json(const google::protobuf::Message& message) const;
  // One row message on one line.
  void NdjsonRow(const google::protobuf::Message& message) const;
  // Text that is already safe, as it is.
  void Text(std::string_view text) const;
  // A line on standard error beneath a table, unless --quiet.
  void Footer(std::string_view line) const;
  // A line on standard error about what limits the answer, in every format, unless --quiet.
  void Note(std::string_view line) const;
  // Makes sure that everything has been written. False when standard output is gone.
  static bool Flush();

 private:
  OutputFormat format_ = OutputFormat::kTable;
  Terminal terminal_;
  bool quiet_ = false;
};

// "12 ms", "3.4 s".
std::string FormatElapsed(int64_t elapsed_us);
// "1,234,567".
std::string WithThousands(int64_t number);
// "1 event", "26,026 events".
std::string CountOf(int64_t number, std::string_view noun);
// "2026-11-24 15:00:00.123", UTC; empty when absent.
std::string TableTime(const google::protobuf::Timestamp& time);
// ", complete up to …" or ", partial: …".
std::string DescribeCompleteness(const faultline::v1::Completeness& completeness);

}  // namespace faultline::deploy
