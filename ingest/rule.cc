#include "ingest/rule.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "ingest/glob.h"

namespace faultline::ingest {
namespace {

// Groups beyond it cost more than they tell: RE2 is fast up to four.
constexpr int kMaxGroups = 31;
// RE2 cannot backtrack, so an explosive pattern is one that needs memory.
constexpr int64_t kMaxPatternMemoryBytes = 1 << 20;
constexpr std::string_view kRedactedMark = "<redacted>";

std::string_view View(re2::StringPiece piece) { return {piece.data(), piece.size()}; }

std::unique_ptr<RE2> CompilePattern(const RuleSpec& spec, std::string& reason) {
  if (spec.match.size() > kMaxPatternBytes) {
    reason = absl::StrCat("the pattern is longer than ", kMaxPatternBytes, " bytes");
    return nullptr;
  }
  RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(kMaxPatternMemoryBytes);
  auto pattern = std::make_unique<RE2>(spec.match, options);
  if (!pattern->ok()) {
    reason = absl::StrCat("bad pattern: ", pattern->error());
  } else if (pattern->NumberOfCapturingGroups() > kMaxGroups) {
    reason = absl::StrCat("the pattern has more than ", kMaxGroups, " groups; use (?:…) for those not needed");
  } else if (RE2::PartialMatch("", *pattern)) {
    reason = "the pattern matches the empty string and so every message";
  }
  return reason.empty() ? std::move(pattern) : nullptr;
}

}  // namespace

Rule::Rule(RuleSpec spec, std::unique_ptr<RE2> pattern) : spec_(std::move(spec)), pattern_(std::move(pattern)) {}

std::shared_ptr<const Rule> Rule::Compile(RuleSpec spec, RuleError& error) {
  error = {spec.file, spec.match_line, spec.name, ""};
  auto pattern = CompilePattern(spec, error.reason);
  if (pattern == nullptr) return nullptr;
  auto rule = std::make_shared<Rule>(std::move(spec), std::move(pattern));
  error.line = rule->spec_.line;
  error.reason = rule->Prepare();
  if (!error.reason.empty() || !RunRuleTests(*rule, error)) return nullptr;
  return rule;
}

// Looks up what captures, redaction and fingerprint name. Returns what is wrong.
std::string Rule::Prepare() {
  for (const std::string& name : spec_.redact) {
    const int group = GroupOf(name);
    if (group == 0) return absl::StrCat("`redact` names `", name, "`, which the pattern does not capture");
    redacted_groups_.push_back(group);
  }
  std::sort(redacted_groups_.begin(), redacted_groups_.end());
  for (const auto& [group, name] : pattern_->CapturingGroupNames()) {
    auto field = FindRuleField(name);
    if (!field) field = RuleField{RuleField::Kind::kAttribute, 0, name};
    const bool redact = std::binary_search(redacted_groups_.begin(), redacted_groups_.end(), group);
    captures_.push_back({group, *std::move(field), redact});
  }
  for (const std::string& entry : spec_.fingerprint) {
    std::string wrong = PrepareFingerprint(entry);
    if (!wrong.empty()) return wrong;
  }
  return "";
}

int Rule::GroupOf(const std::string& name) const {
  const auto& groups = pattern_->NamedCapturingGroups();
  const auto found = groups.find(name);
  return found == groups.end() ? 0 : found->second;
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
    const int group = GroupOf(name);
    if (group == 0) return absl::StrCat("the fingerprint names `", name, "`, which the pattern does not capture");
    if (open > from) pieces.push_back({entry.substr(from, open - from), 0});
    pieces.push_back({"", group});
    from = close + 1;
  }
  if (from < entry.size()) pieces.push_back({entry.substr(from), 0});
  if (pieces.empty()) return "a fingerprint entry is empty";
  fingerprint_.push_back(std::move(pieces));
  return "";
}

bool Rule::Matches(std::string_view message) const {
  return pattern_->Match({message.data(), message.size()}, 0, message.size(), RE2::UNANCHORED, nullptr, 0);
}

bool Rule::Fits(const LogRecord& record) const {
  for (const RuleCondition& condition : spec_.when) {
    const std::string_view value = ViewField(condition.field, record);
    const bool fits = std::any_of(condition.globs.begin(), condition.globs.end(),
                                  [value](std::string_view glob) { return GlobMatches(glob, value); });
    if (!fits) return false;
  }
  return true;
}

void Rule::Apply(LogRecord& record, Arena& arena, RuleMatch& match) const {
  match.rule = spec_.name;
  match.outcome = store::Outcome::kFailure;
  match.fingerprint.clear();
  match.captures.clear();
  std::array<re2::StringPiece, kMaxGroups + 1> groups;
  const std::string_view message = record.message;
  if (!captures_.empty()) {
    pattern_->Match({message.data(), message.size()}, 0, message.size(), RE2::UNANCHORED, groups.data(),
                    pattern_->NumberOfCapturingGroups() + 1);
    if (!redacted_groups_.empty()) record.message = Redacted(message, groups.data(), arena);
  }
  for (const Capture& capture : captures_) {
    std::string_view text = View(groups[static_cast<size_t>(capture.group)]);
    if (text.empty()) continue;  // an optional group that is not there
    if (!redacted_groups_.empty()) text = Redacted(text, groups.data(), arena);
    match.captures.emplace_back(capture.field.name, text);
    WriteField(capture.field, text, spec_.overwrite, record, match);
    if (capture.field.kind == RuleField::Kind::kLevel && record.dimension(store::Dimension::kSeverityText).empty()) {
      record.set_dimension(store::Dimension::kSeverityText, text);
    }
  }
  for (const auto& [field, value] : spec_.set) WriteField(field, value, spec_.overwrite, record, match);
  for (const auto& pieces : fingerprint_) match.fingerprint.push_back(FingerprintPart(pieces, groups.data(), arena));
}

std::string_view Rule::Redacted(std::string_view text, const re2::StringPiece* groups, Arena& arena) const {
  const char* const end = text.data() + text.size();
  const char* from = text.data();
  // Each span becomes a mark of fixed length; spans inside spans add nothing.
  char* const out = arena.Allocate(text.size() + redacted_groups_.size() * kRedactedMark.size());
  char* to = out;
  for (const int group : redacted_groups_) {  // by group, hence by where they begin
    const re2::StringPiece& span = groups[group];
    if (span.empty()) continue;
    const char* const first = std::max(span.data(), from);
    const char* const last = std::min(span.data() + span.size(), end);
    if (first >= last) continue;
    to = std::copy(from, first, to);
    to = std::copy(kRedactedMark.begin(), kRedactedMark.end(), to);
    from = last;
  }
  to = std::copy(from, end, to);
  return {out, static_cast<size_t>(to - out)};
}

std::string_view Rule::FingerprintPart(const std::vector<Piece>& pieces, const re2::StringPiece* groups,
                                       Arena& arena) const {
  const auto text_of = [&](const Piece& piece) -> std::string_view {
    if (piece.group == 0) return piece.literal;
    const std::string_view text = View(groups[piece.group]);
    return redacted_groups_.empty() || text.empty() ? text : Redacted(text, groups, arena);
  };
  if (pieces.size() == 1) return text_of(pieces[0]);
  std::string joined;
  for (const Piece& piece : pieces) joined += text_of(piece);
  return arena.Copy(joined);
}

}  // namespace faultline::ingest
