#include "ingest/rule_pattern.h"

#include <algorithm>
#include <array>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace faultline::ingest {
namespace {

constexpr int kMaxGroups = 31;  // of one pattern
// RE2 cannot backtrack, so an explosive pattern is one that needs memory.
constexpr int64_t kMaxPatternMemoryBytes = 1 << 20;

std::unique_ptr<const RE2> CompileOne(const std::string& text, bool may_be_empty, std::string& reason) {
  if (text.size() > kMaxPatternBytes) {
    reason = absl::StrCat("the pattern is longer than ", kMaxPatternBytes, " bytes");
    return nullptr;
  }
  RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(kMaxPatternMemoryBytes);
  auto pattern = std::make_unique<const RE2>(text, options);
  if (!pattern->ok()) {
    reason = absl::StrCat("bad pattern: ", pattern->error());
  } else if (pattern->NumberOfCapturingGroups() > kMaxGroups) {
    reason = absl::StrCat("the pattern has more than ", kMaxGroups, " groups; use (?:…) for those not needed");
  } else if (!may_be_empty && RE2::PartialMatch("", *pattern)) {
    reason = "the pattern matches the empty string and so every message";
  }
  return reason.empty() ? std::move(pattern) : nullptr;
}

// "^(?P<name>.+)" or "^(?P<name>[^\\n]+)": what most rules end with.
bool TakesLine(const std::string& pattern) {
  static const RE2 kLine(R"(\^\(\?P<\w+>(?:\.|\[\^\\n\])\+\))");
  return RE2::FullMatch(pattern, kLine);
}

// The text that every match of a pattern begins with, as far as it is plain to see: letters, digits and '_' in front of
// anything else. Empty where that is too short to look for, or there is another way to match.
std::string LiteralStart(std::string_view pattern) {
  constexpr size_t kWorthLooking = 3;
  for (const std::string_view other_way : {"|", ")?", ")*", "){"}) {
    if (pattern.find(other_way) != std::string_view::npos) return "";
  }
  if (pattern.starts_with("(?P<")) pattern.remove_prefix(std::min(pattern.find('>'), pattern.size() - 1) + 1);
  size_t end = 0;
  while (end < pattern.size() &&
         (absl::ascii_isalnum(static_cast<unsigned char>(pattern[end])) || pattern[end] == '_')) {
    ++end;
  }
  // What follows may make the last character optional.
  if (end < pattern.size() && std::string_view("*+?{").find(pattern[end]) != std::string_view::npos && end > 0) --end;
  return end < kWorthLooking ? "" : std::string(pattern.substr(0, end));
}

}  // namespace

std::unique_ptr<const RulePattern> RulePattern::Compile(const RuleSpec& spec, RuleError& error) {
  auto compiled = std::make_unique<RulePattern>();
  compiled->has_header_ = !spec.match.empty();
  if (compiled->has_header_ && !compiled->AddPart({spec.match, spec.match_line, false, std::nullopt}, error))
    return nullptr;
  for (const RuleStep& step : spec.then) {
    if (!compiled->AddPart(step, error)) return nullptr;
  }
  if (compiled->names_.size() <= static_cast<size_t>(kMaxRuleCaptures)) return compiled;
  error.line = spec.line;
  error.reason = absl::StrCat("the rule captures more than ", kMaxRuleCaptures, " names");
  return nullptr;
}

bool RulePattern::AddPart(const RuleStep& step, RuleError& error) {
  const std::string& text = step.pattern;
  error.line = step.line;
  const bool header = has_header_ && parts_.empty();
  Part part;
  part.pattern = CompileOne(text, /*may_be_empty=*/!header, error.reason);
  if (part.pattern == nullptr) return false;
  part.is_alternative = step.is_alternative;
  part.takes_line = !header && TakesLine(text);
  part.field = step.field;
  part.anchored = text.starts_with('^') || text.find(")^") != std::string::npos;
  if (!header && !part.anchored) part.start = LiteralStart(text);
  part.targets.assign(static_cast<size_t>(part.pattern->NumberOfCapturingGroups()), -1);
  for (const auto& [group, name] : part.pattern->CapturingGroupNames()) {
    int index = IndexOf(name);
    if (index < 0) {
      index = static_cast<int>(names_.size());
      names_.push_back(name);
    }
    part.targets[static_cast<size_t>(group) - 1] = index;
  }
  // Groups behind the last name are not asked for.
  while (!part.targets.empty() && part.targets.back() < 0) part.targets.pop_back();
  parts_.push_back(std::move(part));
  return true;
}

int RulePattern::program_size() const {
  int size = 0;
  for (const Part& part : parts_) size += part.pattern->ProgramSize();
  return size;
}

int RulePattern::IndexOf(std::string_view name) const {
  const auto found = std::find(names_.begin(), names_.end(), name);
  return found == names_.end() ? -1 : static_cast<int>(found - names_.begin());
}

bool RulePattern::Matches(std::string_view message) const {
  if (!has_header_) return false;
  return parts_[0].pattern->Match({message.data(), message.size()}, 0, message.size(), RE2::UNANCHORED, nullptr, 0);
}

// Looks for the text that matches begin with, which is faster than an automaton, and tries there.
bool RulePattern::MatchFromStart(const Part& part, std::string_view text, re2::StringPiece* groups, int wanted) {
  for (size_t at = text.find(part.start); at != std::string_view::npos; at = text.find(part.start, at + 1)) {
    if (part.pattern->Match({text.data(), text.size()}, at, text.size(), RE2::ANCHOR_START, groups, wanted))
      return true;
  }
  return false;
}

// Takes what the part consumes off `text`. False where it does not match.
bool RulePattern::MatchPart(const Part& part, bool header, std::string_view& text, std::string_view* values) {
  if (part.takes_line) {
    const std::string_view line = text.substr(0, text.find('\n'));
    if (line.empty()) return false;
    std::string_view& value = values[part.targets[0]];
    if (value.empty()) value = line;
    text.remove_prefix(line.size());
    return true;
  }
  std::array<re2::StringPiece, kMaxGroups + 1> groups;
  const int wanted = static_cast<int>(part.targets.size()) + 1;
  if (part.start.empty()) {
    const auto anchor = part.anchored && !header ? RE2::ANCHOR_START : RE2::UNANCHORED;
    if (!part.pattern->Match({text.data(), text.size()}, 0, text.size(), anchor, groups.data(), wanted)) return false;
  } else if (!MatchFromStart(part, text, groups.data(), wanted)) {
    return false;
  }
  for (size_t i = 0; i < part.targets.size(); ++i) {
    const re2::StringPiece& group = groups[i + 1];
    if (part.targets[i] < 0 || group.empty()) continue;
    std::string_view& value = values[part.targets[i]];
    if (value.empty()) value = {group.data(), group.size()};
  }
  if (header || part.anchored) text.remove_prefix(static_cast<size_t>(groups[0].end() - text.data()));
  return true;
}

void RulePattern::Capture(const LogRecord& record, std::string_view* values) const {
  std::fill_n(values, names_.size(), std::string_view());
  if (names_.empty()) return;
  std::string_view message = record.message;
  bool matched = false;
  for (size_t i = 0; i < parts_.size(); ++i) {
    const Part& part = parts_[i];
    const bool header = has_header_ && i == 0;
    if (header && part.targets.empty()) continue;
    if (part.is_alternative && matched) continue;
    std::string_view field = part.field ? ViewField(*part.field, record) : std::string_view();
    matched = MatchPart(part, header, part.field ? field : message, values);
  }
}

}  // namespace faultline::ingest
