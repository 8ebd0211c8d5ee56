// Rows as lines for programs: JSON, comma-separated values, or a template of
// the caller's.
//
// Not thread-safe.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "google/protobuf/message.h"

namespace faultline::deploy {

class RowPrinter {
 public:
  virtual ~RowPrinter() = default;

  // The row's text with its newline; for the first row of csv behind the line of
  // titles. Errors: InvalidArgument when a template asks for what such rows do not have.
  virtual absl::StatusOr<std::string> Print(const google::protobuf::Message& row) = 0;

  static std::unique_ptr<RowPrinter> Ndjson();
  // RFC 4180, with a line of titles.
  static std::unique_ptr<RowPrinter> Csv();
  // `text` with the row's values in the place of {name}, one line a row. \t, \n and \\ are
  // read as usual, {{ and }} stand for braces. Errors: InvalidArgument for a brace without
  // its partner.
  static absl::StatusOr<std::unique_ptr<RowPrinter>> Template(std::string_view text);
};

}  // namespace faultline::deploy
