#include "query/filter_node.h"

#include <string_view>

#include "absl/strings/str_cat.h"

namespace faultline::query {
namespace {

std::string_view SignOf(Comparator comparator) {
  switch (comparator) {
    case Comparator::kEqual:
      return " = ";
    case Comparator::kHas:
      return " : ";
    case Comparator::kLess:
      return " < ";
    case Comparator::kLessOrEqual:
      return " <= ";
    case Comparator::kGreater:
      return " > ";
    case Comparator::kGreaterOrEqual:
      return " >= ";
  }
  return "";
}

// In quotes, so that parsing it gives the same pattern again: `\*` and `\\`
// stay, a backslash before anything else is doubled.
std::string Quote(std::string_view value) {
  std::string quoted = "\"";
  for (size_t i = 0; i < value.size(); ++i) {
    const char c = value[i];
    if (c == '\\') {
      const bool escape = i + 1 < value.size() && (value[i + 1] == '*' || value[i + 1] == '\\');
      quoted += {'\\', escape ? value[++i] : '\\'};
    } else if (c == '"') {
      quoted += "\\\"";
    } else if (c == '\n') {
      quoted += "\\n";
    } else if (c == '\t') {
      quoted += "\\t";
    } else {
      quoted += c;
    }
  }
  return quoted + "\"";
}

// An attribute's key as it can be read again.
std::string NameOf(const FilterField& field) {
  if (field.kind != FilterField::Kind::kAttribute) return FilterFieldName(field);
  if (field.attribute.find_first_of(" \t\n\r\v\f()\"'=!<>:") == std::string::npos) return FilterFieldName(field);
  return absl::StrCat("attributes.", Quote(field.attribute));
}

std::string Join(const FilterNode& node, std::string_view word) {
  std::string text = "(";
  for (const FilterNodePtr& child : node.children) {
    if (text.size() > 1) absl::StrAppend(&text, std::string(word));
    absl::StrAppend(&text, ToString(*child));
  }
  return text + ")";
}

}  // namespace

std::string ToString(const FilterNode& node) {
  switch (node.kind) {
    case FilterNode::Kind::kAnd:
      return Join(node, " AND ");
    case FilterNode::Kind::kOr:
      return Join(node, " OR ");
    case FilterNode::Kind::kNot:
      return absl::StrCat("NOT ", ToString(*node.children.front()));
    case FilterNode::Kind::kRestriction:
      break;
  }
  const Restriction& restriction = node.restriction;
  return absl::StrCat(NameOf(restriction.field), std::string(SignOf(restriction.comparator)), Quote(restriction.value));
}

}  // namespace faultline::query
