#include "query/restriction.h"

#include <array>
#include <span>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "query/did_you_mean.h"
#include "query/event_notice.h"
#include "query/id_candidates.h"

namespace faultline::query {
namespace {

using Kind = FilterField::Kind;
using Match = TextPattern::Match;

absl::Status Invalid(const std::string& text) { return absl::InvalidArgumentError(text); }

std::string Quote(std::string_view value) { return absl::StrCat("\"", std::string(value.substr(0, 64)), "\""); }

bool IsOrdering(Comparator comparator) { return comparator != Comparator::kEqual && comparator != Comparator::kHas; }

Comparator ComparatorOf(std::string_view sign) {
  if (sign == ":") return Comparator::kHas;
  if (sign == "<") return Comparator::kLess;
  if (sign == "<=") return Comparator::kLessOrEqual;
  if (sign == ">") return Comparator::kGreater;
  if (sign == ">=") return Comparator::kGreaterOrEqual;
  return Comparator::kEqual;
}

// Sets number and value from the position of `value` in `names`.
absl::Status SetEnum(std::span<const std::string_view> names, std::string_view value, Restriction& restriction) {
  for (size_t i = 0; i < names.size(); ++i) {
    if (names[i].empty() || !absl::EqualsIgnoreCase(absl::string_view(names[i].data(), names[i].size()),
                                                    absl::string_view(value.data(), value.size()))) {
      continue;
    }
    restriction.number = static_cast<int>(i);
    restriction.value = std::string(names[i]);
    return absl::OkStatus();
  }
  std::string hint = DidYouMean(value, names);
  if (hint.empty()) {
    hint = "; known are";
    for (const std::string_view name : names) {
      if (!name.empty()) absl::StrAppend(&hint, " ", std::string(name));
    }
  }
  return Invalid(absl::StrCat(FilterFieldName(restriction.field), " has no value ", Quote(value), hint));
}

absl::Status SetSeverity(std::string_view value, Restriction& restriction) {
  const auto number = ParseSeverity(value);
  if (!number) {
    static constexpr std::string_view kNames[] = {"TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"};
    std::string hint = DidYouMean(value, kNames);
    if (hint.empty()) hint = "; known are TRACE DEBUG INFO WARN ERROR FATAL and the numbers 1 to 24";
    return Invalid(absl::StrCat("severity has no value ", Quote(value), hint));
  }
  restriction.number = *number;
  restriction.value = std::string(SeverityName(*number));
  return absl::OkStatus();
}

absl::Status SetSignature(std::string_view value, Restriction& restriction) {
  const std::string lower = absl::AsciiStrToLower(absl::string_view(value.data(), value.size()));
  if (lower.find('*') == std::string::npos && !store::ParseSignature(lower)) {
    return Invalid(absl::StrCat("signature ", Quote(value), " is not \"v1:\" and 16 hex digits"));
  }
  restriction.value = lower;
  restriction.pattern = TextPattern(lower, Match::kWhole, false);
  return absl::OkStatus();
}

bool IsPseudonym(std::string_view text) {
  return text.size() == 16 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

absl::Status SetId(std::string_view value, const Pseudonyms* pseudonyms, Restriction& restriction) {
  const store::IdKind kind = restriction.field.id_kind;
  restriction.pattern = TextPattern(value, Match::kWhole, false);
  restriction.value = std::string(value);
  if (!restriction.pattern.IsExact()) return absl::OkStatus();
  restriction.id_candidates = IdCandidates(kind, restriction.pattern.exact_text(), pseudonyms);
  if (restriction.id_candidates.empty()) {
    return Invalid(absl::StrCat(Quote(value), " cannot be a ", std::string(store::IdKindName(kind)),
                                ": ids have 1 to 128 of the characters A-Z a-z 0-9 . _ : @ / + = -"));
  }
  restriction.value = restriction.id_candidates.front();
  // What people call themselves stays out of texts that may be logged.
  const bool is_private = kind == store::IdKind::kUser || kind == store::IdKind::kDevice;
  if (is_private && !IsPseudonym(restriction.value)) restriction.value = restriction.id_candidates.back();
  return absl::OkStatus();
}

void RememberPhrase(Restriction& restriction) {
  const auto phrase = restriction.pattern.phrase();
  if (!phrase || restriction.field.kind != Kind::kMessage) return;
  restriction.phrase = std::make_shared<PhraseMemory>(*phrase, restriction.pattern.ignores_case());
}

absl::Status SetText(std::string_view value, Restriction& restriction) {
  restriction.value = std::string(value);
  if (IsOrdering(restriction.comparator)) {
    // Escapes matter to patterns only.
    restriction.pattern = TextPattern(value, Match::kWhole, false);
    if (!restriction.pattern.IsExact()) return Invalid("a value with * has no order; use = or :");
    if (value.empty()) return Invalid("an empty value has no order; use = or :");
    return absl::OkStatus();
  }
  const bool has = restriction.comparator == Comparator::kHas;
  restriction.pattern = TextPattern(value, has ? Match::kContains : Match::kWhole, /*fold_case=*/has);
  RememberPhrase(restriction);
  return absl::OkStatus();
}

absl::Status SetValue(std::string_view value, const Pseudonyms* pseudonyms, Restriction& restriction) {
  static constexpr std::string_view kSides[] = {"UNSPECIFIED", "CLIENT", "SERVER", "NETWORK", "USER"};
  static constexpr std::string_view kOutcomes[] = {"FAILURE", "SUCCESS"};
  switch (restriction.field.kind) {
    case Kind::kSide:
      return SetEnum(kSides, value, restriction);
    case Kind::kOutcome:
      return SetEnum(kOutcomes, value, restriction);
    case Kind::kNotice:
      return SetEnum(kNoticeNames, value, restriction);
    case Kind::kSeverity:
      return SetSeverity(value, restriction);
    case Kind::kSignature:
      return SetSignature(value, restriction);
    case Kind::kId:
      return SetId(value, pseudonyms, restriction);
    default:
      return SetText(value, restriction);
  }
}

bool HasOrder(Kind kind) { return kind == Kind::kSeverity || kind == Kind::kDimension || kind == Kind::kAttribute; }

}  // namespace

absl::StatusOr<FilterNodePtr> MakeRestriction(const FilterField& field, std::string_view sign, std::string_view value,
                                              const Pseudonyms* pseudonyms) {
  auto node = std::make_shared<FilterNode>();
  node->restriction.field = field;
  node->restriction.comparator = ComparatorOf(sign);
  if (IsOrdering(node->restriction.comparator) && !HasOrder(field.kind)) {
    return Invalid(absl::StrCat(FilterFieldName(field), " has no order: use =, != or :"));
  }
  if (absl::Status status = SetValue(value, pseudonyms, node->restriction); !status.ok()) return status;
  // Where "has" means the same as "is", there is one way to write it.
  if (node->restriction.comparator == Comparator::kHas && field.kind != Kind::kDimension &&
      field.kind < Kind::kMessage) {
    node->restriction.comparator = Comparator::kEqual;
  }
  if (sign != "!=") return node;
  auto negated = std::make_shared<FilterNode>();
  negated->kind = FilterNode::Kind::kNot;
  negated->children.push_back(std::move(node));
  return negated;
}

FilterNodePtr MakeMessageSearch(std::string_view text) {
  auto node = std::make_shared<FilterNode>();
  node->restriction.field.kind = Kind::kMessage;
  node->restriction.comparator = Comparator::kHas;
  node->restriction.value = std::string(text);
  node->restriction.pattern = TextPattern(text, Match::kContains, /*fold_case=*/true);
  RememberPhrase(node->restriction);
  return node;
}

}  // namespace faultline::query
