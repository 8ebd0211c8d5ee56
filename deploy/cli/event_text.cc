#include "deploy/cli/event_text.h"

#include <map>
#include <string_view>

#include "absl/strings/ascii.h"
#include "absl/strings/str_join.h"
#include "base/text.h"
#include "deploy/cli/display_zone.h"
#include "deploy/cli/output.h"
#include "fmt/format.h"

namespace faultline::deploy {
namespace {

constexpr int kErrorSeverity = 17;

// "  name: value\n", or nothing when there is no value.
void AddField(std::string& block, const Terminal& terminal, std::string_view name, std::string_view value) {
  if (value.empty()) return;
  block += "  " + Styled(terminal, Style::kDim, std::string(name) + ":") + " " + TerminalLine(value) + "\n";
}

void AddText(std::string& block, const Terminal& terminal, std::string_view name, std::string_view text) {
  if (text.empty()) return;
  block += "  " + Styled(terminal, Style::kDim, std::string(name) + ":") + "\n";
  std::string safe = TerminalText(text);
  while (!safe.empty()) {
    const size_t end = safe.find('\n');
    block += "    " + safe.substr(0, end) + "\n";
    safe.erase(0, end == std::string::npos ? safe.size() : end + 1);
  }
}

}  // namespace

std::string SideText(const std::string& side) { return absl::AsciiStrToLower(side); }

std::string IdKindText(faultline::v1::IdKind kind) {
  return absl::AsciiStrToLower(faultline::v1::IdKind_Name(kind).substr(sizeof("ID_KIND_") - 1));
}

std::string NotIdentifyingText(const faultline::v1::JourneyId& id) {
  return fmt::format("left out: {} id {} has {} events and identifies no single message.\n", IdKindText(id.id().kind()),
                     TerminalLine(id.id().value()), WithThousands(id.events()));
}

Style EventStyle(const faultline::v1::Event& event) {
  const bool stated = event.severity_number() != 0;
  if (event.outcome() == faultline::v1::OUTCOME_SUCCESS || (stated && event.severity_number() < kErrorSeverity)) {
    return Style::kDim;
  }
  return Style::kPlain;
}

Table EventTable() {
  return Table({{"time (" + DisplayZoneName() + ")", Column::kText},
                {"side", Column::kText},
                {"service", Column::kService},
                {"message", Column::kFlexible},
                {"signature", Column::kText, 110}});
}

void AddEventRow(Table& table, const faultline::v1::Event& event) {
  table.AddRow({TableTime(event.time()), SideText(event.side()), event.service(), event.message(), event.signature()},
               EventStyle(event));
}

std::string EventLine(const Terminal& terminal, const faultline::v1::Event& event) {
  constexpr size_t kServiceWidth = 16;  // most names; a longer one shifts its line
  const std::string head = fmt::format("{}  {:<7}  ", TableTime(event.time()), SideText(event.side()));
  const std::string service = fmt::format("{:<{}}", TerminalLine(event.service()), kServiceWidth);
  std::string message = TerminalLine(event.message());
  const size_t before = DisplayWidth(head) + DisplayWidth(service) + 2;
  if (terminal.width > 0) {
    const auto width = static_cast<size_t>(terminal.width);
    message = CutToWidth(message, width > before ? width - before : 0);
  }
  const Style style = EventStyle(event);
  return Styled(terminal, style, head) + StyledService(terminal, TerminalLine(event.service()), service) + "  " +
         Styled(terminal, style, message);
}

std::string EventBlock(const Terminal& terminal, const faultline::v1::Event& event) {
  const bool is_error = event.outcome() == faultline::v1::OUTCOME_FAILURE && event.severity_number() >= kErrorSeverity;
  std::string block = Styled(terminal, Style::kBold, TableTime(event.time())) + "  " + SideText(event.side()) + "  " +
                      StyledService(terminal, TerminalLine(event.service())) + "  " +
                      Styled(terminal, is_error ? Style::kError : Style::kPlain, TerminalLine(event.severity_text())) +
                      "\n";
  AddText(block, terminal, "message", event.message());
  AddField(block, terminal, "exception", event.exception_type());
  AddField(block, terminal, "exception message", event.exception_message());
  AddText(block, terminal, "stack trace", event.stacktrace());
  AddField(block, terminal, "version", event.service_version());
  AddField(block, terminal, "app version", event.app_version());
  AddField(block, terminal, "environment", event.environment());
  AddField(block, terminal, "region", event.region());
  AddField(block, terminal, "host", event.host());
  AddField(block, terminal, "os", event.os());
  AddField(block, terminal, "carrier", event.carrier());
  AddField(block, terminal, "endpoint", event.endpoint());
  AddField(block, terminal, "logger", event.logger());
  AddField(block, terminal, "error code", event.error_code());
  for (const faultline::v1::TypedId& id : event.ids()) {
    AddField(block, terminal, IdKindText(id.kind()) + " id", id.value());
  }
  const std::map<std::string, std::string> attributes(event.attributes().begin(), event.attributes().end());
  for (const auto& [key, value] : attributes) AddField(block, terminal, TerminalLine(key), value);
  AddField(block, terminal, "signature", event.signature());
  AddField(block, terminal, "why", event.why());
  AddField(block, terminal, "rule", event.rule());
  AddField(block, terminal, "source", event.source() + " (" + event.format() + ")");
  AddField(block, terminal, "claimed time", TableTime(event.claimed_time()));
  AddField(block, terminal, "received time", TableTime(event.received_time()));
  AddField(block, terminal, "noticed", absl::StrJoin(event.notices(), ", "));
  AddField(block, terminal, "event", event.id());
  return block;
}

}  // namespace faultline::deploy
