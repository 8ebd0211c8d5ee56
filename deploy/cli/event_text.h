// Events as people read them.
#pragma once

#include <string>

#include "deploy/cli/table.h"
#include "deploy/cli/terminal.h"
#include "faultline/v1/event.pb.h"
#include "faultline/v1/failure_query_service.pb.h"

namespace faultline::deploy {

// "client", "server", …; empty when unspecified.
std::string SideText(const std::string& side);
// "message" for ID_KIND_MESSAGE.
std::string IdKindText(faultline::v1::IdKind kind);
// A line about an id that identifies nothing.
std::string NotIdentifyingText(const faultline::v1::JourneyId& id);
// Red for errors without a rule that says success, dim for what was none.
Style EventStyle(const faultline::v1::Event& event);
// One row: time, side, service, message, signature.
Table EventTable();
void AddEventRow(Table& table, const faultline::v1::Event& event);
// The same as one line without its newline, cut to the terminal's width, where rows
// come one by one.
std::string EventLine(const Terminal& terminal, const faultline::v1::Event& event);
// All that is known of an event, in several lines.
std::string EventBlock(const Terminal& terminal, const faultline::v1::Event& event);

}  // namespace faultline::deploy
