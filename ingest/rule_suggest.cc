// Lines are cut into pieces (ingest/line_pieces.h) and put together by their
// form. Forms of the same length that differ in few words become one, with a
// capture where they differ.
#include "ingest/rule_suggest.h"

#include <re2/re2.h>

#include <algorithm>
#include <map>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "ingest/line_pieces.h"
#include "ingest/rule_field.h"
#include "ingest/rules.h"

namespace faultline::ingest {
namespace {

constexpr size_t kMaxForms = 2'000;
constexpr size_t kMaxPieces = 400;
constexpr size_t kGroupsOfAStep = 4;
constexpr size_t kMaxCaptures = 24;
constexpr size_t kSamples = 3;

struct Form {
  std::vector<LinePiece> pieces;
  std::vector<std::string> samples;
  size_t lines = 0;
};

bool IsWord(const LinePiece& piece) {
  return piece.kind == PieceKind::kWord ||
         (piece.kind == PieceKind::kText && std::isalnum(static_cast<unsigned char>(piece.text[0])) != 0);
}

// Whether `other` can join `form`: every difference is between words, and at
// most a quarter of the fixed words differ.
bool MayJoin(const Form& form, const Form& other) {
  if (form.pieces.size() != other.pieces.size()) return false;
  size_t words = 0, different = 0;
  for (size_t i = 0; i < form.pieces.size(); ++i) {
    const LinePiece &a = form.pieces[i], &b = other.pieces[i];
    if (IsWord(a)) ++words;
    if (a == b) continue;
    if (!IsWord(a) || !IsWord(b)) return false;
    ++different;
  }
  return different * 4 <= words;
}

void Join(Form& form, const Form& other) {
  for (size_t i = 0; i < form.pieces.size(); ++i) {
    if (!(form.pieces[i] == other.pieces[i])) form.pieces[i].kind = PieceKind::kWord;
  }
  form.lines += other.lines;
  for (const std::string& sample : other.samples) {
    if (form.samples.size() < kSamples) form.samples.push_back(sample);
  }
}

std::vector<Form> FindForms(const std::vector<std::string>& messages, size_t max_lines) {
  std::map<std::string, Form> by_shape;
  for (size_t i = 0; i < std::min(messages.size(), max_lines); ++i) {
    const std::string& message = messages[i];
    std::vector<LinePiece> pieces = CutLine(message);
    if (pieces.empty() || pieces.size() > kMaxPieces) continue;
    std::string shape;
    for (const LinePiece& piece : pieces) {
      absl::StrAppend(&shape, static_cast<int>(piece.kind), ":",
                      piece.kind == PieceKind::kText ? piece.text : piece.key, "\n");
    }
    if (by_shape.size() >= kMaxForms && by_shape.count(shape) == 0) continue;
    Form& form = by_shape[shape];
    if (form.lines++ == 0) form.pieces = std::move(pieces);
    if (form.samples.size() < kSamples) form.samples.push_back(message);
  }
  std::vector<Form> forms;
  for (auto& entry : by_shape) {
    Form& form = entry.second;
    const auto home = std::find_if(forms.begin(), forms.end(), [&](const Form& known) { return MayJoin(known, form); });
    if (home == forms.end()) {
      forms.push_back(std::move(form));
    } else {
      Join(*home, form);
    }
  }
  std::stable_sort(forms.begin(), forms.end(), [](const Form& a, const Form& b) { return a.lines > b.lines; });
  return forms;
}

std::string BaseName(const Form& form, size_t at) {
  const LinePiece& piece = form.pieces[at];
  if (!piece.key.empty()) return piece.key;
  const std::string before = at >= 2 && form.pieces[at - 1].text == " " ? form.pieces[at - 2].text : "";
  switch (piece.kind) {
    case PieceKind::kTime:
      return "time";
    case PieceKind::kLevel:
      return "level";
    case PieceKind::kIp:
      return "client_address";
    case PieceKind::kUuid:
    case PieceKind::kHex:
      return "id";
    case PieceKind::kPath:
      return "path";
    case PieceKind::kQuoted:
      return "text";
    default:
      break;
  }
  if (before == "user" || before == "User") return "user_name";
  if (before == "port") return "client_port";
  return piece.kind == PieceKind::kNumber ? "number" : "word";
}

// A capture name that RE2 takes, writes nothing but what it says, and is new.
std::string CaptureName(std::string name, std::set<std::string>& used) {
  for (char& c : name) {
    if (std::isalnum(static_cast<unsigned char>(c)) == 0) c = '_';
  }
  const auto field = FindRuleField(name);
  using Kind = RuleField::Kind;
  const bool risky = field && (field->kind == Kind::kMessage || field->kind == Kind::kOutcome ||
                               field->kind == Kind::kSide || field->kind == Kind::kStacktrace);
  if (risky || name.empty() || std::isdigit(static_cast<unsigned char>(name[0])) != 0) name.insert(0, "field_");
  if (name.size() > 40) name.resize(40);
  std::string unique = name;
  for (int n = 2; !used.insert(unique).second; ++n) unique = absl::StrCat(name, "_", n);
  return unique;
}

std::string YamlText(std::string_view text) {
  const bool plain =
      std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x20 && c != 0x7f; });
  if (plain) return absl::StrCat("'", absl::StrReplaceAll(std::string(text), {{"'", "''"}}), "'");
  std::string escaped = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      escaped += '\\';
      escaped += c;
    } else if (byte < 0x20 || byte == 0x7f) {
      constexpr char kDigits[] = "0123456789abcdef";
      escaped += "\\x";
      escaped += kDigits[byte >> 4];
      escaped += kDigits[byte & 15];
    } else {
      escaped += c;
    }
  }
  return absl::StrCat(escaped, "\"");
}

struct Patterns {
  std::string match;
  std::vector<std::string> then;
};

// `match` is the whole form; with more than four captures they go into steps,
// each of which ends before a capture.
Patterns MakePatterns(const Form& form) {
  Patterns patterns;
  std::string whole = "^", captured = "^", step = "^";
  std::set<std::string> used;
  size_t groups = 0, captures = 0;
  std::vector<std::string> steps;
  for (size_t i = 0; i < form.pieces.size(); ++i) {
    const std::string pattern = PatternOf(form.pieces[i]);
    whole += pattern;
    if (form.pieces[i].kind == PieceKind::kText || captures >= kMaxCaptures) {
      step += pattern;
      captured += pattern;
      continue;
    }
    if (groups == kGroupsOfAStep) {
      steps.push_back(step);
      step = "^";
      groups = 0;
    }
    const std::string group = absl::StrCat("(?P<", CaptureName(BaseName(form, i), used), ">", pattern, ")");
    step += group;
    captured += group;
    ++groups;
    ++captures;
  }
  if (captures <= kGroupsOfAStep) return {absl::StrCat(captured, "$"), {}};
  steps.push_back(absl::StrCat(step, "$"));
  return {absl::StrCat(whole, "$"), steps};
}

std::string RuleName(const Form& form, std::set<std::string>& used) {
  std::string name = "suggested";
  int words = 0;
  for (const LinePiece& piece : form.pieces) {
    const bool word = piece.kind == PieceKind::kText && piece.text.size() > 2 &&
                      std::all_of(piece.text.begin(), piece.text.end(),
                                  [](char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0; });
    if (!word || words == 4) continue;
    name += "_";
    for (const char c : piece.text) name += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    ++words;
  }
  if (name.size() > 80) name.resize(80);
  std::string unique = name;
  for (int n = 2; !used.insert(unique).second; ++n) unique = absl::StrCat(name, "_", n);
  return unique;
}

std::string RuleText(const std::string& name, const Patterns& patterns, const std::string& tests) {
  std::string text = absl::StrCat("  - name: ", name, "\n    match: ", YamlText(patterns.match), "\n");
  if (!patterns.then.empty()) text += "    then:\n";
  for (const std::string& step : patterns.then) absl::StrAppend(&text, "      - ", YamlText(step), "\n");
  return tests.empty() ? text : absl::StrCat(text, "    tests:\n", tests);
}

std::shared_ptr<const RuleSet> LoadOne(const std::string& rule) {
  std::vector<RuleError> errors;
  auto set = RuleSet::Parse(absl::StrCat("rules:\n", rule), "suggested.yaml", errors);
  return errors.empty() && set->size() == 1 ? set : nullptr;
}

// A test of `sample` with what `rules` captures of it; empty where it does not match.
std::string TestText(const RuleSet& rules, const std::string& sample) {
  Arena arena;
  LogRecord record;
  RuleMatch match;
  record.message = sample;
  if (!rules.Apply(record, arena, match)) return "";
  std::string text = absl::StrCat("      - line: ", YamlText(sample), "\n");
  std::string expect;
  for (const auto& [name, value] : match.captures) {
    if (name == "time" && record.time_us == 0) continue;  // a form that has no meaning to us
    if (name == "level" && record.severity == 0) continue;
    absl::StrAppend(&expect, expect.empty() ? "" : ", ", YamlText(name), ": ", YamlText(value));
  }
  return expect.empty() ? text : absl::StrCat(text, "        expect: {", expect, "}\n");
}

// The text of the rule of `form`; empty where it does not pass its own tests.
std::string MakeRule(const Form& form, std::set<std::string>& names) {
  const Patterns patterns = MakePatterns(form);
  std::set<std::string> used = names;
  const std::string name = RuleName(form, used);
  const auto rules = LoadOne(RuleText(name, patterns, ""));
  if (rules == nullptr) return "";
  std::string tests;
  for (const std::string& sample : form.samples) tests += TestText(*rules, sample);
  std::string text = RuleText(name, patterns, tests);
  if (tests.empty() || LoadOne(text) == nullptr) return "";
  names = std::move(used);
  return text;
}

}  // namespace

Suggestion SuggestRules(const std::vector<std::string>& messages, const SuggestOptions& options) {
  Suggestion suggestion;
  suggestion.lines = std::min(messages.size(), options.max_lines);
  std::set<std::string> names;
  std::string rules;
  for (const Form& form : FindForms(messages, options.max_lines)) {
    if (suggestion.rules == options.max_rules) break;
    const std::string rule = MakeRule(form, names);
    if (rule.empty()) continue;
    rules += rule;
    suggestion.covered += form.lines;
    ++suggestion.rules;
  }
  if (suggestion.rules > 0) suggestion.yaml = absl::StrCat("rules:\n", rules);
  return suggestion;
}

}  // namespace faultline::ingest
