#include "tests/store/event_maker.h"

#include <fmt/format.h>

#include "base/varint.h"

namespace faultline::testing {

using store::Dimension;
using store::Event;
using store::IdKind;

std::string EventMaker::Hex(size_t digits) {
  std::string text;
  while (text.size() < digits) text.push_back("0123456789abcdef"[Below(16)]);
  return text;
}

void EventMaker::SetIds(Event& event) {
  const auto set = [&event](IdKind kind, std::string_view id) { event.ids[static_cast<size_t>(kind)] = id; };
  if (Below(10) < 8) {
    if (recent_traces_.empty() || Below(2) == 0) recent_traces_.push_back(Keep(Hex(32)));
    set(IdKind::kTrace, recent_traces_[recent_traces_.size() - 1 - Below(std::min<size_t>(50, recent_traces_.size()))]);
  }
  if (Below(2) == 0) set(IdKind::kMessage, Keep(Hex(Below(2) == 0 ? 20 : 7)));
  if (Below(5) == 0) set(IdKind::kConversation, Keep("c-" + std::to_string(Below(400))));
  if (Below(5) == 0) set(IdKind::kSession, Keep("S:" + Hex(1 + Below(100)) + "=Z"));
  if (Below(3) == 0) set(IdKind::kUser, Keep(std::to_string(Below(1000))));
}

void EventMaker::SetTexts(Event& event) {
  const std::string number = std::to_string(Below(1'000'000));
  const std::string hex = Hex(16);
  const std::string word = "peer-" + std::to_string(Below(20));
  switch (Below(5)) {
    case 0:
      event.message = Keep("free text " + Hex(Below(300)));
      break;
    case 1:
      break;
    default: {
      const uint64_t shape = Below(30);
      const std::string literal = "operation " + std::string(shape, 'x') + " failed after ";
      std::string parameters;
      AppendString(parameters, number);
      AppendString(parameters, hex);
      AppendString(parameters, word);
      event.message = Keep(literal + number + " ms, object " + hex + word);
      event.message_template = Keep(literal + "\x01 ms, object \x01\x01");
      event.parameters = Keep(parameters);
      // Now and then it does not fit: then only the message counts.
      if (Below(20) == 0) event.parameters = event.parameters.substr(1);
    }
  }
  if (Below(4) == 0) {
    event.exception_message = Below(2) == 0 ? event.message.substr(event.message.size() / 2) : Keep("broken " + number);
    event.stacktrace = Keep("at f" + std::to_string(Below(10)) + "\nat g");
  }
  if (Below(3) == 0) {
    std::string attributes;
    AppendString(attributes, "key");
    AppendString(attributes, "value " + number);
    event.attributes = Keep(attributes);
  }
}

Event EventMaker::Make() {
  Event event;
  now_us_ += static_cast<int64_t>(Below(3'000)) * 1'000 - 1'000'000;
  event.time_us = now_us_;
  event.claimed_time_us = Below(4) == 0 ? 0 : now_us_ - static_cast<int64_t>(Below(100'000));
  event.received_time_us = Below(3) == 0 ? 0 : now_us_ + static_cast<int64_t>(Below(5'000)) * 1'000;
  event.ingested_time_us = now_us_ / 1'000'000 * 1'000'000 + 5;
  event.side = static_cast<store::Side>(Below(store::kSides));
  event.outcome = Below(9) == 0 ? store::Outcome::kSuccess : store::Outcome::kFailure;
  event.severity = static_cast<uint8_t>(Below(25));
  event.flags = static_cast<uint16_t>(Below(100) == 0 ? Below(128) : 0);
  event.signature = 0x9E3779B97F4A7C15u * (1 + Below(90));
  const auto set = [&event](Dimension d, std::string_view value) { event.dimensions[static_cast<size_t>(d)] = value; };
  set(Dimension::kService, Keep("service-" + std::to_string(Below(12))));
  set(Dimension::kHost, Keep("host-" + std::to_string(Below(700))));
  set(Dimension::kFormat, "json");
  if (Below(2) == 0) set(Dimension::kOs, Below(2) == 0 ? "ios" : "android");
  if (Below(50) == 0) set(Dimension::kErrorCode, Keep(std::to_string(Below(600))));
  SetIds(event);
  SetTexts(event);
  return event;
}

std::vector<Event> EventMaker::MakeMany(size_t count) {
  std::vector<Event> events;
  for (size_t i = 0; i < count; ++i) events.push_back(Make());
  return events;
}

std::string Describe(const Event& event) {
  std::string text =
      fmt::format("times {} {} {} {} side {} outcome {} severity {} flags {} signature {:x}\n", event.time_us,
                  event.claimed_time_us, event.received_time_us, event.ingested_time_us, static_cast<int>(event.side),
                  static_cast<int>(event.outcome), event.severity, event.flags, event.signature);
  for (const auto& value : event.dimensions) text += fmt::format("{}|", value);
  text += "\n";
  for (const auto& id : event.ids) text += fmt::format("{}|", id);
  text += fmt::format("\nmessage {}\nexception {}\nstack {}\nattributes {}\n", event.message, event.exception_message,
                      event.stacktrace, event.attributes);
  return text;
}

}  // namespace faultline::testing
