#include "ingest/event_origin.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/varint.h"
#include "ingest/rule.h"
#include "ingest/signature.h"
#include "ingest/signature_places.h"
#include "ingest/variable_kind.h"

namespace faultline::ingest {
namespace {

std::string Readable(std::string_view masked) {
  return absl::StrReplaceAll(std::string(masked), {{std::string(1, store::kTemplateHole), "<*>"}});
}

// The record as the rules saw it, as far as it is kept.
LogRecord RecordOf(const store::Event& event) {
  LogRecord record;
  record.severity = event.severity;
  record.side = event.side;
  record.dimensions = event.dimensions;
  record.ids = event.ids;
  record.message = event.message;
  record.exception_message = event.exception_message;
  record.stacktrace = event.stacktrace;
  std::string_view attributes = event.attributes, key, value;
  while (ReadString(attributes, key) && ReadString(attributes, value)) record.attributes.emplace_back(key, value);
  return record;
}

void AddCapture(std::string_view field, std::string_view value, std::string_view message,
                v1::ExplainEventResponse& response) {
  v1::RuleCapture& capture = *response.add_captures();
  capture.set_field(std::string(field));
  capture.set_value(std::string(value));
  const bool inside = value.data() >= message.data() && value.data() + value.size() <= message.data() + message.size();
  if (inside)
    SetBytes("message", static_cast<size_t>(value.data() - message.data()), value.size(), *capture.mutable_bytes());
}

// What is kept of the captures of a rule whose text is not.
void AddKeptCaptures(const Rule& rule, const LogRecord& record, v1::ExplainEventResponse& response) {
  for (const RuleField& field : rule.CapturedFields()) {
    const std::string_view value = ViewField(field, record);
    if (value.empty() || field.kind == RuleField::Kind::kMessage) continue;
    AddCapture(field.name, value, {}, response);
    const std::optional<size_t> place = OnlyPlace(value, record.message);
    if (place) SetBytes("message", *place, value.size(), *response.mutable_captures()->rbegin()->mutable_bytes());
  }
}

// What the rule in force gives now; its fingerprint where it can be told.
struct RuleNow {
  bool known = true;  // false when it depends on text that is not kept
  Arena arena;
  RuleMatch match;
};

void TellRule(const RuleSet& rules, const store::Event& event, v1::ExplainEventResponse& response, RuleNow& now) {
  LogRecord record = RecordOf(event);
  const std::string_view name = event.dimension(store::Dimension::kRule);
  if (name.empty()) {
    const bool matches = !rules.Matching(record).empty();
    response.set_rule_state(matches ? v1::RULE_STATE_CHANGED : v1::RULE_STATE_NONE);
    return;
  }
  const Rule* const rule = rules.Find(name);
  if (rule == nullptr) {
    response.set_rule_state(v1::RULE_STATE_CHANGED);
    now.known = false;
    return;
  }
  const RuleSpec& spec = rule->spec();
  response.set_rule_place(absl::StrCat(spec.file, ":", spec.line));
  response.set_rule_pattern(spec.match);
  if (spec.match.empty() ? rule->Fits(record) : !rule->ChangesMessage() && rule->Matches(record.message)) {
    response.set_rule_state(v1::RULE_STATE_MATCHES);
    rule->Apply(record, now.arena, now.match);
    for (const auto& [field, value] : now.match.captures) AddCapture(field, value, event.message, response);
    return;
  }
  const bool may_be_gone = rule->ChangesMessage() || !spec.move.empty();
  response.set_rule_state(may_be_gone ? v1::RULE_STATE_TEXT_NOT_KEPT : v1::RULE_STATE_CHANGED);
  now.known = spec.fingerprint.empty();
  AddKeptCaptures(*rule, record, response);
}

void TellMasks(std::string_view message, const MaskedMessage& masked, v1::ExplainEventResponse& response) {
  response.set_template_(Readable(masked.text));
  std::string_view parameters = masked.parameters, run;
  size_t at = 0;
  for (const char c : masked.text) {
    if (c != store::kTemplateHole || !ReadString(parameters, run)) {
      ++at;
      continue;
    }
    v1::MaskedRun& mask = *response.add_masks();
    mask.set_text(std::string(run));
    mask.set_kind(std::string(VariableKind(message, at, at + run.size())));
    SetBytes("message", at, run.size(), *mask.mutable_bytes());
    at += run.size();
  }
}

}  // namespace

void TellOrigin(const RuleSet& rules, const store::Event& event, const store::SignatureDefinition* definition,
                v1::ExplainEventResponse& response) {
  RuleNow now;
  TellRule(rules, event, response, now);
  const MaskedMessage masked = MaskMessage(event.message, now.arena);
  TellMasks(event.message, masked, response);
  if (event.signature == 0) return;
  SignatureInput input;
  input.side = event.side;
  input.rule = event.dimension(store::Dimension::kRule);
  input.rule_parts = now.match.fingerprint;
  input.exception_type = event.dimension(store::Dimension::kExceptionType);
  input.stacktrace = event.stacktrace;
  input.masked_message = masked.text;
  store::SignatureDefinition again = DefineSignature(input);
  // Without its rule nothing can be said of what a rule made.
  if (!now.known && (definition == nullptr || definition->origin != "rule"))
    now.known = again.signature == event.signature;
  if (now.known) response.set_signature_now(store::FormatSignature(again.signature));
  if (definition == nullptr && again.signature != event.signature) return;
  PlaceParts(definition == nullptr ? again : *definition, event, response);
}

}  // namespace faultline::ingest
