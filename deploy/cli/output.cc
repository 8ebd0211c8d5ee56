#include "deploy/cli/output.h"

#include <unistd.h>

#include <cstdio>

#include "base/status_macros.h"
#include "base/text.h"
#include "base/timestamp.h"
#include "fmt/format.h"
#include "google/protobuf/util/json_util.h"

namespace faultline::deploy {
namespace {

std::string ToJson(const google::protobuf::Message& message, bool indented) {
  google::protobuf::util::JsonPrintOptions options;
  options.add_whitespace = indented;
  options.always_print_primitive_fields = true;
  std::string json;
  // Fails for a message with an unresolvable Any alone, and we have none.
  (void)google::protobuf::util::MessageToJsonString(message, &json, options);
  return json;
}

void Write(std::string_view text) { std::fwrite(text.data(), 1, text.size(), stdout); }

}  // namespace

absl::StatusOr<Output> Output::Open(const OutputOptions& options) {
  Output output;
  ASSIGN_OR_RETURN(output.terminal_, DetectTerminal(STDOUT_FILENO, options.color));
  output.quiet_ = options.quiet;
  if (options.format.empty()) {
    output.format_ = output.terminal_.is_terminal ? OutputFormat::kTable : OutputFormat::kNdjson;
  } else if (options.format == "table") {
    output.format_ = OutputFormat::kTable;
  } else if (options.format == "json") {
    output.format_ = OutputFormat::kJson;
  } else if (options.format == "ndjson") {
    output.format_ = OutputFormat::kNdjson;
  } else {
    return absl::InvalidArgumentError("-o is \"" + options.format + "\"; it may be table, json or ndjson");
  }
  return output;
}

void Output::Json(const google::protobuf::Message& message) const {
  const std::string json = ToJson(message, /*indented=*/true);
  Write(terminal_.is_terminal ? TerminalText(json) : json);
}

void Output::NdjsonRow(const google::protobuf::Message& message) const {
  const std::string json = ToJson(message, /*indented=*/false);
  Write(terminal_.is_terminal ? TerminalLine(json) : json);
  Write("\n");
}

void Output::Text(std::string_view text) const { Write(text); }

void Output::Footer(std::string_view line) const {
  if (quiet_ || format_ != OutputFormat::kTable) return;
  std::fflush(stdout);
  fmt::print(stderr, "{}\n", TerminalLine(line));
}

void Output::Note(std::string_view line) const {
  if (quiet_) return;
  std::fflush(stdout);
  fmt::print(stderr, "note: {}\n", TerminalLine(line));
}

bool Output::Flush() { return std::fflush(stdout) == 0 && std::ferror(stdout) == 0; }

std::string FormatElapsed(int64_t elapsed_us) {
  if (elapsed_us < 1'000'000) return fmt::format("{} ms", (elapsed_us + 500) / 1000);
  return fmt::format("{:.1f} s", static_cast<double>(elapsed_us) / 1e6);
}

std::string WithThousands(int64_t number) {
  std::string text = std::to_string(number);
  const size_t first = number < 0 ? 1 : 0;
  for (size_t at = text.size(); at > first + 3;) text.insert(at -= 3, ",");
  return text;
}

std::string CountOf(int64_t number, std::string_view noun) {
  return fmt::format("{} {}{}", WithThousands(number), noun, number == 1 ? "" : "s");
}

std::string TableTime(const google::protobuf::Timestamp& time) {
  if (time.seconds() == 0 && time.nanos() == 0) return "";
  const int64_t time_us = time.seconds() * 1'000'000 + time.nanos() / 1000;
  const std::string whole_seconds = FormatTime(time_us - time.nanos() / 1000);
  return whole_seconds.substr(0, 10) + " " + whole_seconds.substr(11, 8) +
         fmt::format(".{:03}", time.nanos() / 1'000'000);
}

std::string DescribeCompleteness(const faultline::v1::Completeness& completeness) {
  std::string text;
  if (completeness.has_complete_up_to()) {
    text += ", complete up to " + TableTime(completeness.complete_up_to()) + " UTC";
  }
  if (completeness.partial()) text += ", partial: " + completeness.partial_reason();
  return text;
}

}  // namespace faultline::deploy
