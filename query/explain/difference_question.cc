#include "query/explain/difference_question.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "query/filter_node.h"
#include "query/request_check.h"
#include "query/value_column.h"

namespace faultline::query {
namespace {

using Kind = FieldReference::Kind;
using store::Dimension;
using Request = v1::ExplainDifferenceRequest;

constexpr int32_t kDefaultRanks = 10;
constexpr size_t kMaxRanks = 100;
struct NamedDimension {
  std::string_view name;  // the shortest of the filter language
  Dimension dimension;
};
constexpr std::array<NamedDimension, 9> kPlaces = {{{"service", Dimension::kService},
                                                    {"version", Dimension::kServiceVersion},
                                                    {"environment", Dimension::kEnvironment},
                                                    {"region", Dimension::kRegion},
                                                    {"host", Dimension::kHost},
                                                    {"os", Dimension::kOs},
                                                    {"app_version", Dimension::kAppVersion},
                                                    {"carrier", Dimension::kCarrier},
                                                    {"endpoint", Dimension::kEndpoint}}};
constexpr std::array<NamedDimension, 2> kKinds = {
    {{"error.code", Dimension::kErrorCode}, {"exception.type", Dimension::kExceptionType}}};

absl::Status Invalid(std::string_view field, std::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat(std::string(field), ": ", std::string(what)));
}

bool Overlap(const store::TimeRange& a, const store::TimeRange& b) {
  return a.start_us < b.end_us && b.start_us < a.end_us;
}

// Whether a restriction of the tree fits `is_wanted`.
template <typename IsWanted>
bool Names(const FilterNode* node, const IsWanted& is_wanted) {
  if (node == nullptr) return false;
  if (node->kind == FilterNode::Kind::kRestriction) return is_wanted(node->restriction.field);
  return std::any_of(node->children.begin(), node->children.end(),
                     [&](const FilterNodePtr& child) { return Names(child.get(), is_wanted); });
}

template <typename IsWanted>
bool EitherNames(const DifferenceQuestion& question, const IsWanted& is_wanted) {
  return Names(question.filter.root(), is_wanted) || Names(question.baseline_filter.root(), is_wanted);
}

void AddDimension(const FieldReference& field, std::string_view name, DifferenceQuestion& question) {
  question.dimensions.push_back(field);
  question.names.emplace_back(name);
}

// A field that a filter names differs because of the filter.
void ChooseDimensions(DifferenceQuestion& question) {
  const auto add = [&question](const NamedDimension& named) {
    const auto is_it = [&named](const FilterField& field) {
      return field.kind == FilterField::Kind::kDimension && field.dimension == named.dimension;
    };
    if (!EitherNames(question, is_it)) AddDimension({Kind::kDimension, named.dimension}, named.name, question);
  };
  for (const NamedDimension& named : kPlaces) add(named);
  if (!question.over_time) return;
  const auto is_signature = [](const FilterField& field) { return field.kind == FilterField::Kind::kSignature; };
  if (EitherNames(question, is_signature)) return;
  AddDimension({Kind::kSignature, Dimension::kService}, "signature", question);
  for (const NamedDimension& named : kKinds) add(named);
}

absl::Status CheckDimensions(const Request& request, DifferenceQuestion& question) {
  if (static_cast<size_t>(request.dimensions_size()) > kMaxStoreDimensions) {
    return Invalid("dimensions", absl::StrCat("at most ", kMaxStoreDimensions, " are compared"));
  }
  for (const std::string& name : request.dimensions()) {
    const absl::StatusOr<FieldReference> field = ParseCountField(name);
    if (!field.ok()) return Invalid("dimensions", std::string(field.status().message()));
    if (std::find(question.names.begin(), question.names.end(), name) != question.names.end()) continue;
    AddDimension(*field, name, question);
  }
  question.dimensions_given = !question.dimensions.empty();
  if (question.dimensions.empty()) ChooseDimensions(question);
  if (!question.dimensions.empty()) return absl::OkStatus();
  return Invalid("dimensions", "the filters name all that would be compared; name dimensions to compare");
}

absl::Status CheckWindows(const Request& request, DifferenceQuestion& question) {
  ASSIGN_OR_RETURN(question.range, CheckRange(request.range()));
  question.baseline_range = question.range;
  if (request.has_baseline_range()) {
    const absl::StatusOr<store::TimeRange> range = CheckRange(request.baseline_range());
    if (!range.ok()) return Invalid("baseline_range", std::string(range.status().message()));
    question.baseline_range = *range;
  }
  const bool same_filter = request.baseline_filter().empty() || request.baseline_filter() == request.filter();
  question.over_time = request.has_baseline_range() && same_filter;
  if (!question.over_time) return absl::OkStatus();
  if (question.range.start_us == INT64_MIN && question.range.end_us == INT64_MAX) {
    return Invalid("range", "give the window to explain; without one it holds the baseline as well");
  }
  if (Overlap(question.range, question.baseline_range)) {
    return Invalid("baseline_range", "overlaps the range, and both have the same filter; move one of them");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<DifferenceQuestion> CheckDifference(const Request& request, const Pseudonyms* pseudonyms) {
  DifferenceQuestion question;
  RETURN_IF_ERROR(CheckWindows(request, question));
  ASSIGN_OR_RETURN(question.filter, CheckFilter("filter", request.filter(), pseudonyms));
  ASSIGN_OR_RETURN(question.baseline_filter, CheckFilter("baseline_filter", request.baseline_filter(), pseudonyms));
  if (question.over_time) question.baseline_filter = question.filter;
  question.rest_is_baseline = !request.has_baseline_range() && request.baseline_filter().empty();
  question.failures_only = !EitherNames(question, [](const FilterField& field) {
    return field.kind == FilterField::Kind::kSeverity || field.kind == FilterField::Kind::kOutcome;
  });
  if (!Request::Measure_IsValid(request.measure())) {
    return Invalid("measure", absl::StrCat("has no value ", static_cast<int>(request.measure())));
  }
  question.measure = request.measure();
  ASSIGN_OR_RETURN(const size_t limit, CheckPageSize("limit", request.limit(), kDefaultRanks));
  question.limit = std::min(limit, kMaxRanks);
  RETURN_IF_ERROR(CheckDimensions(request, question));
  return question;
}

}  // namespace faultline::query
