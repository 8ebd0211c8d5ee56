#include "deploy/cli/rule_explanation.h"

#include <vector>

#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "base/arena.h"
#include "base/pseudonym.h"
#include "base/text.h"
#include "base/timestamp.h"
#include "fmt/format.h"
#include "ingest/decoder.h"
#include "ingest/event_parser.h"
#include "ingest/redactor.h"
#include "ingest/signature.h"

namespace faultline::deploy {
namespace {

void Print(std::string_view name, std::string_view value) {
  if (!value.empty()) fmt::print("  {:<12} {}\n", name, TerminalLine(value));
}

// What the rules see: the record after the guards.
void Guard(ingest::LogRecord& record, Arena& arena) {
  const ingest::Redactor redactor;
  record.message = redactor.Redact(SanitiseText(RepairUtf8(record.message, arena), arena), arena);
}

bool ExplainRules(const ingest::RuleSet& rules, ingest::LogRecord record, Arena& arena) {
  Guard(record, arena);
  const std::vector<std::string_view> matching = rules.Matching(record);
  Print("rules", matching.empty() ? "none matches"
                                  : absl::StrJoin(matching, ", ",
                                                  [](std::string* out, std::string_view name) { out->append(name); }));
  ingest::RuleMatch match;
  if (!rules.Apply(record, arena, match)) return false;
  for (const auto& [name, text] : match.captures) Print("capture", std::string(name) + " = " + std::string(text));
  return true;
}

void ExplainEvent(const ingest::RuleSet& rules, ingest::LogRecord& record, std::string_view format, Arena& arena) {
  const Pseudonyms pseudonyms = Pseudonyms::Ephemeral();
  ingest::EventParser parser({}, pseudonyms);
  ingest::RecordContext context;
  context.now_us = NowMicros();
  context.source = "explain";
  context.format = format;
  store::Event event;
  ingest::SignatureInput input;
  parser.Parse(record, rules, context, arena, event, input);
  Print("message", event.message);
  Print("side", store::SideName(event.side));
  for (int i = 0; i < store::kDimensions; ++i) {
    const auto dimension = static_cast<store::Dimension>(i);
    if (dimension == store::Dimension::kSource || dimension == store::Dimension::kFormat) continue;
    Print(store::DimensionName(dimension), event.dimension(dimension));
  }
  for (int i = 0; i < store::kIdKinds; ++i) {
    const auto kind = static_cast<store::IdKind>(i);
    Print(store::IdKindName(kind), event.id(kind));
  }
  Print("masked",
        absl::StrReplaceAll(std::string(event.message_template), {{std::string(1, store::kTemplateHole), "<*>"}}));
  if (!event.IsError()) {
    Print("signature", "none: not an error");
    return;
  }
  const store::SignatureDefinition definition = ingest::DefineSignature(input);
  Print("signature", store::FormatSignature(definition.signature) + " from its " + definition.origin);
  for (const std::string& part : definition.parts) {
    Print("part", absl::StrReplaceAll(part, {{std::string(1, store::kTemplateHole), "<*>"}}));
  }
}

}  // namespace

bool ExplainLine(const ingest::RuleSet& rules, std::string_view line) {
  fmt::print("{}\n", TerminalLine(line));
  Arena arena;
  ingest::Decoded decoded;
  const std::unique_ptr<ingest::Decoder> decoder = ingest::Decoder::Create({});
  decoder->Decode(line, {}, arena, decoded);
  Print("format", ingest::FormatName(decoded.format));
  for (const ingest::DecodeFailure& failure : decoded.failures) {
    Print("dead letter", std::string(failure.reason) + ": " + failure.detail);
  }
  bool matched = false;
  for (ingest::LogRecord& record : decoded.records) {
    if (record.attempts) {
      Print("attempts", fmt::format("{} of {}", record.attempts->count, std::string(record.attempts->operation)));
      matched = true;
      continue;
    }
    matched |= ExplainRules(rules, record, arena);
    ExplainEvent(rules, record, ingest::FormatName(decoded.format), arena);
  }
  return matched;
}

}  // namespace faultline::deploy
