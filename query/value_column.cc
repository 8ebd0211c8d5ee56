#include "query/value_column.h"

#include "base/status_macros.h"
#include "query/filter_field.h"

namespace faultline::query {

using Kind = FieldReference::Kind;

uint32_t ColumnsOf(const FieldReference& field) {
  if (field.kind == Kind::kDimension) return store::DimensionColumn(field.dimension);
  return field.kind == Kind::kSignature ? store::kSignatureColumn : store::kStateColumns;
}

absl::StatusOr<std::vector<std::string>> ValuesOf(const FieldReference& field, const store::Segment& segment) {
  std::vector<std::string> values;
  if (field.kind == Kind::kDimension) {
    ASSIGN_OR_RETURN(const auto dictionary, segment.dictionary(field.dimension));
    values.assign(dictionary->begin(), dictionary->end());
  } else if (field.kind == Kind::kSignature) {
    ASSIGN_OR_RETURN(const auto signatures, segment.signatures());
    for (const uint64_t signature : *signatures) {
      values.push_back(signature == 0 ? "" : store::FormatSignature(signature));
    }
  } else if (field.kind == Kind::kSide) {
    for (int i = 0; i < store::kSides; ++i) values.emplace_back(store::SideName(static_cast<store::Side>(i)));
  } else if (field.kind == Kind::kSeverity) {
    for (int i = 0; i <= 24; ++i) values.emplace_back(SeverityName(i));
  } else {
    for (const auto outcome : {store::Outcome::kFailure, store::Outcome::kSuccess}) {
      values.emplace_back(OutcomeName(outcome));
    }
  }
  return values;
}

absl::StatusOr<size_t> CountValues(const FieldReference& field, const store::Segment& segment) {
  if (field.kind == Kind::kDimension) {
    ASSIGN_OR_RETURN(const auto dictionary, segment.dictionary(field.dimension));
    return dictionary->size();
  }
  if (field.kind == Kind::kSignature) {
    ASSIGN_OR_RETURN(const auto signatures, segment.signatures());
    return signatures->size();
  }
  ASSIGN_OR_RETURN(const auto values, ValuesOf(field, segment));
  return values.size();
}

}  // namespace faultline::query
