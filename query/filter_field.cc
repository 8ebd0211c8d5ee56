#include "query/filter_field.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "query/did_you_mean.h"

namespace faultline::query {
namespace {

using store::Dimension;
using store::IdKind;
using Kind = FilterField::Kind;

constexpr std::string_view kAttributePrefix = "attributes.";

struct ShortName {
  std::string_view name;
  Dimension dimension;
};
constexpr ShortName kShortNames[] = {
    {"service", Dimension::kService},
    {"version", Dimension::kServiceVersion},
    {"environment", Dimension::kEnvironment},
    {"region", Dimension::kRegion},
    {"host", Dimension::kHost},
    {"os", Dimension::kOs},
    {"app_version", Dimension::kAppVersion},
    {"carrier", Dimension::kCarrier},
    {"code", Dimension::kErrorCode},
    {"exception", Dimension::kExceptionType},
    {"topic", Dimension::kSource},
};

struct OwnName {
  std::string_view name;
  Kind kind;
};
constexpr OwnName kOwnNames[] = {
    {"side", Kind::kSide},
    {"severity", Kind::kSeverity},
    {"outcome", Kind::kOutcome},
    {"signature", Kind::kSignature},
    {"notice", Kind::kNotice},
    {"message", Kind::kMessage},
    {"exception.message", Kind::kExceptionMessage},
    {"stacktrace", Kind::kStacktrace},
    {"exception.stacktrace", Kind::kStacktrace},
};

constexpr std::array<std::string_view, 24> kSeverityNames = {
    "TRACE", "TRACE2", "TRACE3", "TRACE4", "DEBUG", "DEBUG2", "DEBUG3", "DEBUG4",
    "INFO",  "INFO2",  "INFO3",  "INFO4",  "WARN",  "WARN2",  "WARN3",  "WARN4",
    "ERROR", "ERROR2", "ERROR3", "ERROR4", "FATAL", "FATAL2", "FATAL3", "FATAL4"};

bool Same(std::string_view a, std::string_view b) {
  return absl::EqualsIgnoreCase(absl::string_view(a.data(), a.size()), absl::string_view(b.data(), b.size()));
}

std::optional<Dimension> FindDimension(std::string_view name) {
  for (int i = 0; i < store::kDimensions; ++i) {
    const auto dimension = static_cast<Dimension>(i);
    if (Same(name, store::DimensionName(dimension))) return dimension;
  }
  for (const ShortName& known : kShortNames) {
    if (Same(name, known.name)) return known.dimension;
  }
  return std::nullopt;
}

std::vector<std::string_view> DimensionNames() {
  std::vector<std::string_view> names;
  for (const ShortName& known : kShortNames) names.push_back(known.name);
  for (int i = 0; i < store::kDimensions; ++i) names.push_back(store::DimensionName(static_cast<Dimension>(i)));
  return names;
}

std::vector<std::string_view> AllNames() {
  std::vector<std::string_view> names = DimensionNames();
  for (const OwnName& known : kOwnNames) names.push_back(known.name);
  for (int i = 0; i < store::kIdKinds; ++i) names.push_back(store::IdKindName(static_cast<IdKind>(i)));
  return names;
}

std::string Quote(std::string_view name) { return absl::StrCat("\"", std::string(name.substr(0, 64)), "\""); }

}  // namespace

absl::StatusOr<FilterField> FindFilterField(std::string_view name) {
  FilterField field;
  if (name.size() > kAttributePrefix.size() && Same(name.substr(0, kAttributePrefix.size()), kAttributePrefix)) {
    field.kind = Kind::kAttribute;
    field.attribute = std::string(name.substr(kAttributePrefix.size()));
    return field;
  }
  if (const auto dimension = FindDimension(name)) {
    field.kind = Kind::kDimension;
    field.dimension = *dimension;
    return field;
  }
  for (const OwnName& known : kOwnNames) {
    if (!Same(name, known.name)) continue;
    field.kind = known.kind;
    return field;
  }
  for (int i = 0; i < store::kIdKinds; ++i) {
    if (!Same(name, store::IdKindName(static_cast<IdKind>(i)))) continue;
    field.kind = Kind::kId;
    field.id_kind = static_cast<IdKind>(i);
    return field;
  }
  std::string hint = DidYouMean(name, AllNames());
  if (hint.empty() && Same(name, "time")) hint = "; times are given as the range of the request";
  if (hint.empty())
    hint = absl::StrCat("; a field of the producer's own is attributes.", std::string(name.substr(0, 64)));
  return absl::InvalidArgumentError(absl::StrCat("unknown field ", Quote(name), hint));
}

std::string FilterFieldName(const FilterField& field) {
  switch (field.kind) {
    case Kind::kDimension:
      return std::string(store::DimensionName(field.dimension));
    case Kind::kId:
      return std::string(store::IdKindName(field.id_kind));
    case Kind::kAttribute:
      return absl::StrCat("attributes.", field.attribute);
    default:
      break;
  }
  const auto* known = std::find_if(std::begin(kOwnNames), std::end(kOwnNames),
                                   [&](const OwnName& own) { return own.kind == field.kind; });
  return std::string(known->name);
}

absl::StatusOr<FieldReference> ParseCountField(std::string_view name) {
  using ReferenceKind = FieldReference::Kind;
  static constexpr std::pair<std::string_view, ReferenceKind> kOthers[] = {{"side", ReferenceKind::kSide},
                                                                           {"severity", ReferenceKind::kSeverity},
                                                                           {"signature", ReferenceKind::kSignature},
                                                                           {"outcome", ReferenceKind::kOutcome}};
  if (const auto dimension = FindDimension(name)) return FieldReference{ReferenceKind::kDimension, *dimension};
  std::vector<std::string_view> names = DimensionNames();
  for (const auto& [other, kind] : kOthers) {
    if (Same(name, other)) return FieldReference{kind, Dimension::kService};
    names.push_back(other);
  }
  std::string hint = DidYouMean(name, names);
  if (hint.empty()) hint = "; events are counted by side, severity, outcome, signature, service, version, region, …";
  return absl::InvalidArgumentError(absl::StrCat("unknown field ", Quote(name), hint));
}

std::string_view SeverityName(int severity) {
  if (severity < 1 || severity > static_cast<int>(kSeverityNames.size())) return "";
  return kSeverityNames[static_cast<size_t>(severity - 1)];
}

std::optional<int> ParseSeverity(std::string_view text) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc() && end == text.data() + text.size()) {
    if (number < 1 || number > 24) return std::nullopt;
    return number;
  }
  if (Same(text, "WARNING")) return 13;
  if (Same(text, "CRITICAL")) return 21;
  for (size_t i = 0; i < kSeverityNames.size(); ++i) {
    if (Same(text, kSeverityNames[i])) return static_cast<int>(i + 1);
  }
  return std::nullopt;
}

std::string_view OutcomeName(store::Outcome outcome) {
  return outcome == store::Outcome::kSuccess ? "SUCCESS" : "FAILURE";
}

}  // namespace faultline::query
