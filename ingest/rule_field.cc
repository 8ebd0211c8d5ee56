#include "ingest/rule_field.h"

#include <algorithm>
#include <array>

#include "absl/strings/str_cat.h"
#include "base/timestamp.h"
#include "ingest/rule_attribute_names.h"
#include "ingest/rule_time.h"
#include "ingest/rule_value.h"

namespace faultline::ingest {
namespace {

using Kind = RuleField::Kind;

// In the order of store::Dimension. kRule is the winner's name and not to be written.
constexpr std::array<std::string_view, store::kDimensions> kShortNames = {
    "service",  "service_version", "environment", "region",         "host",          "os", "app_version", "carrier",
    "endpoint", "logger",          "error_code",  "exception_type", "severity_text", "",   "format",      "source"};

struct NamedKind {
  std::string_view name;
  Kind kind;
};
constexpr std::array<NamedKind, 9> kNamedKinds = {{{"message", Kind::kMessage},
                                                   {"time", Kind::kTime},
                                                   {"timestamp", Kind::kTime},
                                                   {"level", Kind::kLevel},
                                                   {"severity", Kind::kLevel},
                                                   {"side", Kind::kSide},
                                                   {"outcome", Kind::kOutcome},
                                                   {"exception_message", Kind::kExceptionMessage},
                                                   {"stacktrace", Kind::kStacktrace}}};

std::optional<store::Outcome> OutcomeOf(std::string_view name) {
  if (name == "success") return store::Outcome::kSuccess;
  if (name == "failure") return store::Outcome::kFailure;
  return std::nullopt;
}

void Fill(std::string_view& to, std::string_view value, bool overwrite) {
  if (to.empty() || overwrite) to = value;
}

void WriteAttribute(std::string_view key, std::string_view value, bool overwrite, LogRecord& record) {
  for (auto& [name, text] : record.attributes) {
    if (name != key) continue;
    Fill(text, value, overwrite);
    return;
  }
  record.attributes.emplace_back(key, value);
}

void WriteLevel(std::string_view value, bool overwrite, LogRecord& record) {
  const uint8_t severity = SeverityOfLevel(value);
  if (severity != 0 && (record.severity == 0 || overwrite)) record.severity = severity;
}

}  // namespace

std::optional<RuleField> FindRuleField(std::string_view name) {
  if (name.empty()) return std::nullopt;
  for (const NamedKind& known : kNamedKinds) {
    if (known.name == name) return RuleField{known.kind, 0, std::string(name)};
  }
  for (uint8_t i = 0; i < store::kDimensions; ++i) {
    if (static_cast<store::Dimension>(i) == store::Dimension::kRule) continue;
    if (kShortNames[i] == name || store::DimensionName(static_cast<store::Dimension>(i)) == name) {
      return RuleField{Kind::kDimension, i, std::string(name)};
    }
  }
  for (uint8_t i = 0; i < store::kIdKinds; ++i) {
    if (store::IdKindName(static_cast<store::IdKind>(i)) == name) return RuleField{Kind::kId, i, std::string(name)};
  }
  return std::nullopt;
}

RuleField AttributeField(std::string_view name) { return RuleField{Kind::kAttribute, 0, StoredAttributeName(name)}; }

bool IsValidFor(const RuleField& field, std::string_view value, std::string& reason) {
  switch (field.kind) {
    case Kind::kLevel:
      reason = "a level is trace, debug, info, notice, warn, error, critical, alert, fatal or 1..24";
      return SeverityOfLevel(value) != 0;
    case Kind::kSide:
      reason = "a side is client, server, network or user";
      return SideOfName(value).has_value();
    case Kind::kOutcome:
      reason = "an outcome is success or failure";
      return OutcomeOf(value).has_value();
    case Kind::kTime:
      reason = "a time is ISO 8601, seconds since the epoch or one of the forms in docs/rules.md";
      return ParseRuleTime(value).has_value();
    default:
      return true;
  }
}

void WriteField(const RuleField& field, std::string_view value, bool overwrite, LogRecord& record, RuleMatch& match) {
  switch (field.kind) {
    case Kind::kMessage:
      record.message = value;  // what a rule calls the message is the message
      return;
    case Kind::kTime: {
      const auto time = ParseRuleTime(value);
      if (time && (record.time_us == 0 || overwrite)) record.time_us = *time;
      return;
    }
    case Kind::kLevel:
      return WriteLevel(value, overwrite, record);
    case Kind::kSide:
      if (record.side == store::Side::kUnspecified || overwrite) record.side = SideOfName(value).value_or(record.side);
      return;
    case Kind::kOutcome:
      match.outcome = OutcomeOf(value).value_or(match.outcome);
      return;
    case Kind::kExceptionMessage:
      return Fill(record.exception_message, value, overwrite);
    case Kind::kStacktrace:
      return Fill(record.stacktrace, value, overwrite);
    case Kind::kDimension:
      return Fill(record.dimensions[field.index], value, overwrite);
    case Kind::kId:
      return Fill(record.ids[field.index], value, overwrite);
    case Kind::kAttribute:
      return WriteAttribute(field.name, value, overwrite, record);
  }
}

std::string_view ViewField(const RuleField& field, const LogRecord& record) {
  if (field.kind == Kind::kDimension) return record.dimensions[field.index];
  if (field.kind == Kind::kId) return record.ids[field.index];
  if (field.kind == Kind::kSide) return store::SideName(record.side);
  if (field.kind == Kind::kMessage) return record.message;
  if (field.kind != Kind::kAttribute) return {};
  for (const auto& [name, text] : record.attributes) {
    if (name == field.name) return text;
  }
  return {};
}

void MoveField(const RuleField& to, const RuleField& from, LogRecord& record, RuleMatch& match) {
  std::string_view* slot = nullptr;
  if (from.kind == Kind::kDimension) slot = &record.dimensions[from.index];
  if (from.kind == Kind::kId) slot = &record.ids[from.index];
  if (from.kind == Kind::kMessage) slot = &record.message;
  if (slot != nullptr) {
    const std::string_view value = *slot;
    if (value.empty()) return;
    *slot = {};
    return WriteField(to, value, /*overwrite=*/true, record, match);
  }
  const auto found = std::find_if(record.attributes.begin(), record.attributes.end(),
                                  [&from](const auto& attribute) { return attribute.first == from.name; });
  if (found == record.attributes.end()) return;
  if (to.kind == Kind::kAttribute) {
    found->first = to.name;
    return;
  }
  const std::string_view value = found->second;
  record.attributes.erase(found);
  WriteField(to, value, /*overwrite=*/true, record, match);
}

std::string ReadField(const RuleField& field, const LogRecord& record, const RuleMatch& match) {
  switch (field.kind) {
    case Kind::kMessage:
      return std::string(record.message);
    case Kind::kTime:
      return record.time_us == 0 ? "" : FormatTime(record.time_us);
    case Kind::kLevel:
      return std::string(LevelOfSeverity(record.severity));
    case Kind::kOutcome:
      return match.outcome == store::Outcome::kSuccess ? "success" : "failure";
    case Kind::kExceptionMessage:
      return std::string(record.exception_message);
    case Kind::kStacktrace:
      return std::string(record.stacktrace);
    default:
      return std::string(ViewField(field, record));
  }
}

bool HoldsValue(const RuleField& field, std::string_view expected, const LogRecord& record, const RuleMatch& match) {
  if (expected.empty()) return ReadField(field, record, match).empty();
  if (field.kind == Kind::kLevel) return SeverityOfLevel(expected) == record.severity;
  if (field.kind == Kind::kTime) return ParseRuleTime(expected) == record.time_us;
  if (field.kind == Kind::kSide) return SideOfName(expected) == record.side;
  return ReadField(field, record, match) == expected;
}

}  // namespace faultline::ingest
