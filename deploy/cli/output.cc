#include "deploy/cli/output.h"

#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "base/status_macros.h"
#include "base/text.h"
#include "deploy/cli/display_zone.h"
#include "deploy/cli/exit_code.h"
#include "deploy/cli/interrupts.h"
#include "deploy/cli/pager.h"
#include "fmt/format.h"
#include "google/protobuf/util/json_util.h"

namespace faultline::deploy {
namespace {

constexpr std::string_view kTemplate = "template=";

absl::Status& FirstRowError() {
  static absl::Status error;
  return error;
}

std::string ToIndentedJson(const google::protobuf::Message& message) {
  google::protobuf::util::JsonPrintOptions options;
  options.add_whitespace = true;
  options.always_print_primitive_fields = true;
  std::string json;
  // Fails for a message with an unresolvable Any alone, and we have none.
  (void)google::protobuf::util::MessageToJsonString(message, &json, options);
  return json;
}

// Nobody reads any more (`| head`, a pager that was left): nothing is left to do.
void EndIfUnread() {
  if (errno == EPIPE && Interrupts::current() != nullptr) Interrupts::current()->EndNow(kFound);
}

void Write(std::string_view text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) < text.size()) EndIfUnread();
}

}  // namespace

absl::StatusOr<Output> Output::Open(const OutputOptions& options) {
  Output output;
  ASSIGN_OR_RETURN(output.terminal_, DetectTerminal(STDOUT_FILENO, options.color.empty() ? "auto" : options.color));
  output.quiet_ = options.quiet;
  const std::string& format = options.format;
  if (format == "json") {
    output.format_ = OutputFormat::kJson;
  } else if (format == "ndjson" || (format.empty() && !output.terminal_.is_terminal)) {
    output.rows_ = RowPrinter::Ndjson();
  } else if (format == "csv") {
    output.rows_ = RowPrinter::Csv();
  } else if (format.starts_with(kTemplate)) {
    ASSIGN_OR_RETURN(output.rows_, RowPrinter::Template(std::string_view(format).substr(kTemplate.size())));
  } else if (format == "wide") {
    output.terminal_.width = 0;
  } else if (!format.empty() && format != "table") {
    return absl::InvalidArgumentError("-o is \"" + format +
                                      "\"; it may be table, wide, json, ndjson, csv or template='{field} {field}'");
  }
  if (output.rows_ != nullptr) output.format_ = OutputFormat::kNdjson;
  if (output.terminal_.is_terminal && output.rows_ == nullptr && !options.no_pager) Pager::Start();
  return output;
}

void Output::Json(const google::protobuf::Message& message) const { Write(TerminalText(ToIndentedJson(message))); }

void Output::NdjsonRow(const google::protobuf::Message& message) const {
  if (!FirstRowError().ok()) return;
  const absl::StatusOr<std::string> line = rows_->Print(message);
  line.ok() ? Write(*line) : void(FirstRowError() = line.status());
}

void Output::Text(std::string_view text) const { Write(text); }

void Output::Footer(std::string_view line) const {
  if (quiet_ || format_ != OutputFormat::kTable) return;
  std::fflush(stdout);
  // Beneath the table, wherever that is.
  fmt::print(Pager::active() ? stdout : stderr, "{}\n", TerminalLine(line));
}

void Output::Note(std::string_view line) const {
  if (quiet_) return;
  std::fflush(stdout);
  fmt::print(Pager::active() ? stdout : stderr, "note: {}\n", TerminalLine(line));
}

absl::Status Output::Finish() {
  const bool written = std::fflush(stdout) == 0 && std::ferror(stdout) == 0;
  if (!written) EndIfUnread();
  Pager::Finish();
  if (!written) return absl::UnavailableError("write the answer: standard output is full or gone");
  return FirstRowError();
}

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
  return DisplayTime(time.seconds()) + fmt::format(".{:03}", time.nanos() / 1'000'000);
}

std::string DescribeCompleteness(const faultline::v1::Completeness& completeness) {
  std::string text;
  if (completeness.has_complete_up_to()) {
    text += ", complete up to " + TableTime(completeness.complete_up_to()) + " " + DisplayZoneName();
  }
  if (completeness.partial()) text += ", partial: " + completeness.partial_reason();
  if (!completeness.revised().empty()) text += ", revised: " + completeness.revised();
  return text;
}

}  // namespace faultline::deploy
