#include "ingest/rule.h"

#include <algorithm>
#include <array>

#include "absl/strings/str_cat.h"
#include "ingest/glob.h"
#include "ingest/rule_spec_fields.h"

namespace faultline::ingest {
namespace {

constexpr std::string_view kRedactedMark = "<redacted>";

bool Holds(const RuleCondition& condition, const LogRecord& record) {
  const std::string_view value = ViewField(condition.field, record);
  return std::any_of(condition.globs.begin(), condition.globs.end(),
                     [value](std::string_view glob) { return GlobMatches(glob, value); });
}

bool AllHold(const std::vector<RuleCondition>& conditions, const LogRecord& record) {
  return std::all_of(conditions.begin(), conditions.end(),
                     [&record](const RuleCondition& condition) { return Holds(condition, record); });
}

}  // namespace

Rule::Rule(RuleSpec spec, std::unique_ptr<const RulePattern> pattern)
    : spec_(std::move(spec)), pattern_(std::move(pattern)) {}

std::shared_ptr<const Rule> Rule::Compile(RuleSpec spec, RuleError& error) {
  error = {spec.file, spec.match_line, spec.name, ""};
  auto pattern = RulePattern::Compile(spec, error);
  if (pattern == nullptr) return nullptr;
  auto rule = std::make_shared<Rule>(std::move(spec), std::move(pattern));
  error.line = rule->spec_.line;
  error.reason = rule->Prepare(error.line);
  if (!error.reason.empty() || !RunRuleTests(*rule, error)) return nullptr;
  return rule;
}

// Looks up what captures, redaction, values and fingerprint name. Returns what
// is wrong, and in `line` where.
std::string Rule::Prepare(int& line) {
  for (const std::string& name : pattern_->names()) {
    auto field = FindRuleField(name);
    captures_.push_back({field ? *std::move(field) : AttributeField(name), false});
  }
  for (const std::string& name : spec_.redact) {
    const int index = pattern_->IndexOf(name);
    if (index < 0) return absl::StrCat("`redact` names `", name, "`, which the pattern does not capture");
    captures_[static_cast<size_t>(index)].redact = true;
    redacted_.push_back(index);
  }
  std::string wrong = PrepareValues(spec_.set, set_);
  if (!wrong.empty()) return wrong;
  for (const RuleCase& one : spec_.cases) {
    line = one.line;
    wrong = PrepareCase(one);
    if (!wrong.empty()) return wrong;
  }
  line = spec_.line;
  for (const std::string& entry : spec_.fingerprint) {
    wrong = PrepareFingerprint(entry);
    if (!wrong.empty()) return wrong;
  }
  return "";
}

std::string Rule::PrepareValues(const std::vector<std::pair<RuleField, std::string>>& from,
                                std::vector<Value>& to) const {
  for (const auto& [field, text] : from) {
    const std::string_view name = CaptureReference(text);
    const int capture = name.empty() ? -1 : pattern_->IndexOf(name);
    if (!name.empty() && capture < 0) {
      return absl::StrCat("`", field.name, "` is set from `", std::string(name),
                          "`, which the pattern does not capture");
    }
    to.push_back({field, {name.empty() ? text : "", capture}});
  }
  return "";
}

// Whether the rule itself may write `field`.
bool Rule::Gives(const RuleField& field) const {
  const auto is_it = [&field](const RuleField& other) { return other.kind == field.kind && other.name == field.name; };
  return std::any_of(captures_.begin(), captures_.end(), [&](const Capture& c) { return is_it(c.field); }) ||
         std::any_of(spec_.move.begin(), spec_.move.end(), [&](const RuleMove& m) { return is_it(m.to); }) ||
         std::any_of(set_.begin(), set_.end(), [&](const Value& v) { return is_it(v.field); });
}

std::string Rule::PrepareCase(const RuleCase& one) {
  for (const RuleCondition& condition : one.when) {
    if (condition.field.kind != RuleField::Kind::kAttribute || condition.decoded || Gives(condition.field)) continue;
    return absl::StrCat("a case looks at `", condition.field.name,
                        "`, which the rule does not give; attributes of the record stand below `fields`");
  }
  Case prepared{one.when, {}};
  std::string wrong = PrepareValues(one.set, prepared.set);
  cases_.push_back(std::move(prepared));
  return wrong;
}

// Splits "upstream ${host}" into its pieces.
std::string Rule::PrepareFingerprint(const std::string& entry) {
  std::vector<Piece> pieces;
  size_t from = 0;
  while (from < entry.size()) {
    const size_t open = entry.find("${", from);
    if (open == std::string::npos) break;
    const size_t close = entry.find('}', open);
    if (close == std::string::npos) return absl::StrCat("`${` without `}` in fingerprint `", entry, "`");
    const std::string name = entry.substr(open + 2, close - open - 2);
    const int index = pattern_->IndexOf(name);
    if (index < 0) return absl::StrCat("the fingerprint names `", name, "`, which the pattern does not capture");
    if (open > from) pieces.push_back({entry.substr(from, open - from), -1});
    pieces.push_back({"", index});
    from = close + 1;
  }
  if (from < entry.size()) pieces.push_back({entry.substr(from), -1});
  if (pieces.empty()) return "a fingerprint entry is empty";
  fingerprint_.push_back(std::move(pieces));
  return "";
}

bool Rule::Fits(const LogRecord& record) const { return AllHold(spec_.when, record); }

bool Rule::ChangesMessage() const {
  const auto is_message = [](const RuleField& field) { return field.kind == RuleField::Kind::kMessage; };
  return !redacted_.empty() ||
         std::any_of(captures_.begin(), captures_.end(), [&](const Capture& c) { return is_message(c.field); }) ||
         std::any_of(set_.begin(), set_.end(), [&](const Value& v) { return is_message(v.field); }) ||
         std::any_of(spec_.move.begin(), spec_.move.end(),
                     [&](const RuleMove& m) { return is_message(m.to) || is_message(m.from); });
}

std::vector<RuleField> Rule::CapturedFields() const {
  std::vector<RuleField> fields;
  for (const Capture& capture : captures_) fields.push_back(capture.field);
  return fields;
}

void Rule::Apply(LogRecord& record, Arena& arena, RuleMatch& match) const {
  match.rule = spec_.name;
  match.outcome = store::Outcome::kFailure;
  match.fingerprint.clear();
  match.captures.clear();
  std::array<std::string_view, kMaxRuleCaptures> values;
  pattern_->Capture(record, values.data());
  const Captured captured{values.data(), !redacted_.empty() && !match.show_private};
  for (const RuleMove& move : spec_.move) MoveField(move.to, move.from, record, match);
  match.decoded_attributes = record.attributes.size();
  if (captured.redact) record.message = Redacted(record.message, captured, arena);
  WriteCaptures(captured, record, arena, match);
  WriteValues(set_, captured, spec_.overwrite, record, arena, match);
  WriteCases(captured, record, arena, match);
  for (const auto& pieces : fingerprint_) match.fingerprint.push_back(FingerprintPart(pieces, captured, arena));
}

void Rule::WriteCaptures(const Captured& captured, LogRecord& record, Arena& arena, RuleMatch& match) const {
  for (size_t i = 0; i < captures_.size(); ++i) {
    const RuleField& field = captures_[i].field;
    std::string_view text = captured.values[i];
    if (text.empty()) continue;  // an optional group that is not there
    if (captured.redact) text = Redacted(text, captured, arena);
    match.captures.emplace_back(field.name, text);
    WriteField(field, text, spec_.overwrite, record, match);
    if (field.kind == RuleField::Kind::kLevel && record.dimension(store::Dimension::kSeverityText).empty()) {
      record.set_dimension(store::Dimension::kSeverityText, text);
    }
  }
}

// What a case decides wins over what the format said, and over the cases before it.
void Rule::WriteCases(const Captured& captured, LogRecord& record, Arena& arena, RuleMatch& match) const {
  for (const Case& one : cases_) {
    if (AllHold(one.when, record)) WriteValues(one.set, captured, /*overwrite=*/true, record, arena, match);
  }
}

void Rule::WriteValues(const std::vector<Value>& values, const Captured& captured, bool overwrite, LogRecord& record,
                       Arena& arena, RuleMatch& match) const {
  for (const Value& value : values) {
    const std::string_view text = TextOf(value.piece, captured, arena);
    if (text.empty() && value.piece.capture >= 0) continue;  // a capture that is not there
    WriteField(value.field, text, overwrite, record, match);
  }
}

std::string_view Rule::Redacted(std::string_view text, const Captured& captured, Arena& arena) const {
  std::array<std::string_view, kMaxRuleCaptures> spans;
  size_t count = 0;
  for (const int index : redacted_) {
    const std::string_view span = captured.values[index];
    if (!span.empty() && span != "-") spans[count++] = span;  // "-" stands for nobody
  }
  std::sort(spans.begin(), spans.begin() + count, [](auto a, auto b) { return a.data() < b.data(); });
  const char* const end = text.data() + text.size();
  const char* from = text.data();
  // Each span becomes a mark of fixed length; spans inside spans add nothing.
  char* const out = arena.Allocate(text.size() + count * kRedactedMark.size());
  char* to = out;
  for (size_t i = 0; i < count; ++i) {
    const char* const first = std::max(spans[i].data(), from);
    const char* const last = std::min(spans[i].data() + spans[i].size(), end);
    if (first >= last) continue;
    to = std::copy(from, first, to);
    to = std::copy(kRedactedMark.begin(), kRedactedMark.end(), to);
    from = last;
  }
  to = std::copy(from, end, to);
  return {out, static_cast<size_t>(to - out)};
}

std::string_view Rule::TextOf(const Piece& piece, const Captured& captured, Arena& arena) const {
  if (piece.capture < 0) return piece.literal;
  const std::string_view text = captured.values[piece.capture];
  return !captured.redact || text.empty() ? text : Redacted(text, captured, arena);
}

std::string_view Rule::FingerprintPart(const std::vector<Piece>& pieces, const Captured& captured, Arena& arena) const {
  if (pieces.size() == 1) return TextOf(pieces[0], captured, arena);
  std::string joined;
  for (const Piece& piece : pieces) joined += TextOf(piece, captured, arena);
  return arena.Copy(joined);
}

}  // namespace faultline::ingest
