#include "deploy/server/loki_pattern.h"

#include <vector>

#include "base/status_macros.h"
#include "deploy/server/loki_labels.h"
#include "fmt/format.h"

namespace faultline::deploy {
namespace {

// One alternative of a pattern as text of a filter, where "*" stands for any text.
struct Pattern {
  std::vector<std::string> alternatives;  // quoted for a filter, without the quotes
  bool any_case = false;
};

void AppendLiteral(char c, std::string& text) {
  if (c == '"' || c == '\\' || c == '*') text += '\\';
  if (c == '\n' || c == '\t') {
    text += c == '\n' ? "\\n" : "\\t";
  } else {
    text += c;
  }
}

std::string Literal(std::string_view value) {
  std::string text;
  for (const char c : value) AppendLiteral(c, text);
  return text;
}

absl::Status TooMuch(std::string_view pattern) {
  return absl::InvalidArgumentError(fmt::format(
      "the pattern \"{}\" is not understood: write alternatives a|b, .* and .+, with \\ before other signs", pattern));
}

// Takes away what the whole pattern stands in: (?i), ^…$ and one pair of parentheses.
std::string_view Unwrapped(std::string_view pattern, bool& any_case) {
  if (pattern.starts_with("(?i)")) {
    any_case = true;
    pattern.remove_prefix(4);
  }
  if (pattern.starts_with('(') && pattern.ends_with(')') && pattern.find('(', 1) == pattern.npos) {
    pattern = pattern.substr(1, pattern.size() - 2);
  }
  if (pattern.starts_with("?:")) pattern.remove_prefix(2);
  return pattern;
}

absl::StatusOr<Pattern> ReadPattern(std::string_view whole) {
  Pattern pattern;
  const std::string_view text = Unwrapped(whole, pattern.any_case);
  std::string current;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '|') {
      pattern.alternatives.push_back(std::move(current));
      current.clear();
    } else if (c == '.' && i + 1 < text.size() && (text[i + 1] == '*' || text[i + 1] == '+')) {
      current += '*';
      ++i;
    } else if (c == '\\' && i + 1 < text.size() &&
               std::string_view("\\.+*?()|[]{}^$-/\"' ").find(text[i + 1]) != std::string_view::npos) {
      AppendLiteral(text[++i], current);
    } else if (std::string_view("\\+*?()[]{}^$").find(c) != std::string_view::npos) {
      return TooMuch(whole);
    } else {
      AppendLiteral(c, current);
    }
  }
  pattern.alternatives.push_back(std::move(current));
  return pattern;
}

std::string LevelRestriction(const std::vector<std::string>& levels) {
  std::string filter;
  for (const std::string& level : levels) {
    const std::string_view one = LokiLevelFilter(level);
    // A level that there is not selects nothing.
    filter += fmt::format("{}({})", filter.empty() ? "" : " OR ",
                          one.empty() ? "severity >= TRACE AND severity < TRACE" : one);
  }
  return "(" + filter + ")";
}

std::string AnyOf(std::string_view field, std::string_view op, const std::vector<std::string>& values) {
  std::string filter;
  for (const std::string& value : values) {
    // No value, and any value, have words of their own.
    const std::string one = value.empty()  ? fmt::format("NOT {}:*", field)
                            : value == "*" ? fmt::format("{}:*", field)
                                           : fmt::format("{} {} \"{}\"", field, op, value);
    filter += (filter.empty() ? "" : " OR ") + one;
  }
  return "(" + filter + ")";
}

}  // namespace

absl::StatusOr<std::string> LabelRestriction(std::string_view label, std::string_view op, std::string_view value) {
  const std::string_view field = LokiField(label);
  if (field.empty()) {
    return absl::InvalidArgumentError(fmt::format("there is no label {}; /loki/api/v1/labels lists them", label));
  }
  Pattern pattern;
  if (op.ends_with('~')) {
    if (value == ".*") return op == "=~" ? "" : fmt::format("({0}:* AND NOT {0}:*)", field);
    ASSIGN_OR_RETURN(pattern, ReadPattern(value));
  } else {
    pattern.alternatives.push_back(Literal(value));
  }
  const std::string filter = field == "severity" ? LevelRestriction(pattern.alternatives)
                                                 : AnyOf(field, pattern.any_case ? ":" : "=", pattern.alternatives);
  return op.starts_with('!') ? "NOT " + filter : filter;
}

absl::StatusOr<std::string> LineRestriction(std::string_view op, std::string_view value) {
  if (value.empty() || value == ".*" || value == ".+") return std::string();  // Grafana's empty line filter
  Pattern pattern;
  if (op.ends_with('~')) {
    ASSIGN_OR_RETURN(pattern, ReadPattern(value));
  } else {
    pattern.alternatives.push_back(Literal(value));
  }
  std::string filter;
  for (const std::string& text : pattern.alternatives) {
    filter += fmt::format("{}message {} \"*{}*\"", filter.empty() ? "" : " OR ", pattern.any_case ? ":" : "=", text);
  }
  return op.starts_with('!') ? "NOT (" + filter + ")" : "(" + filter + ")";
}

}  // namespace faultline::deploy
