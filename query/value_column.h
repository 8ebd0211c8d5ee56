// The column that holds a field, and the values its codes stand for.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "query/filter.h"
#include "store/segment.h"

namespace faultline::query {

// store::ColumnSet bits of the field.
uint32_t ColumnsOf(const FieldReference& field);
// What the codes of the field stand for in `segment`: codes are indexes.
absl::StatusOr<std::vector<std::string>> ValuesOf(const FieldReference& field, const store::Segment& segment);
// How many they are.
absl::StatusOr<size_t> CountValues(const FieldReference& field, const store::Segment& segment);
// Calls `use(codes)` with the vector of the field in `columns`.
template <typename Use>
void WithCodes(const FieldReference& field, const store::Columns& columns, const Use& use) {
  switch (field.kind) {
    case FieldReference::Kind::kDimension:
      use(columns.dimensions[static_cast<size_t>(field.dimension)]);
      break;
    case FieldReference::Kind::kSide:
      use(columns.side);
      break;
    case FieldReference::Kind::kSeverity:
      use(columns.severity);
      break;
    case FieldReference::Kind::kOutcome:
      use(columns.outcome);
      break;
    case FieldReference::Kind::kSignature:
      use(columns.signature);
      break;
  }
}

}  // namespace faultline::query
