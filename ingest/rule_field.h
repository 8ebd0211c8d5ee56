// The fields a rule can read and write, by the names that rule files use.
//
// Short names (service, host, trace_id, …), the dotted names of the filter
// language (service.name, …), and time, level, side, outcome, message,
// exception_message and stacktrace. docs/rules.md lists them all.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/arena.h"
#include "ingest/log_record.h"
#include "ingest/rules.h"

namespace faultline::ingest {

struct RuleField {
  enum class Kind : uint8_t {
    kMessage,
    kTime,
    kLevel,  // severity number, and its text where it comes from a capture
    kSide,
    kOutcome,
    kExceptionMessage,
    kStacktrace,
    kDimension,  // `index` is a store::Dimension
    kId,         // `index` is a store::IdKind
    kAttribute,  // `name` is its key
  };
  Kind kind = Kind::kAttribute;
  uint8_t index = 0;
  std::string name;
};

// Nullopt for names that are no field; they may still be attributes.
std::optional<RuleField> FindRuleField(std::string_view name);
// The attribute that a rule means by `name` (ingest/rule_attribute_names.h).
RuleField AttributeField(std::string_view name);
// Whether `value` can be written to `field`: a level, a side, a time. On false
// `reason` says what is allowed.
bool IsValidFor(const RuleField& field, std::string_view value, std::string& reason);

// Writes `value` where the field is empty, or anywhere with `overwrite`.
// Values that are not valid change nothing. Views are kept, not copied.
void WriteField(const RuleField& field, std::string_view value, bool overwrite, LogRecord& record, RuleMatch& match);
// The field as text; empty when it is not set.
std::string ReadField(const RuleField& field, const LogRecord& record, const RuleMatch& match);
// The same without a copy, for dimensions, ids, the side, the message and
// attributes; "" for others.
std::string_view ViewField(const RuleField& field, const LogRecord& record);
// Gives the value of `from` to `to` and takes it away there; nothing happens
// where `from` is empty. An attribute is given another name in its place.
void MoveField(const RuleField& to, const RuleField& from, LogRecord& record, RuleMatch& match);
// Whether the field holds `expected`; times, levels and sides compare by
// meaning, and the empty text stands for a field that is not set.
bool HoldsValue(const RuleField& field, std::string_view expected, const LogRecord& record, const RuleMatch& match);

}  // namespace faultline::ingest
