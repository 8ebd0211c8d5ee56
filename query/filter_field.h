// Field names of the filter language (docs/filters.md).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "query/filter.h"
#include "store/event.h"

namespace faultline::query {

struct FilterField {
  enum class Kind {
    kDimension,
    kSide,
    kSeverity,
    kOutcome,
    kSignature,
    kNotice,
    kId,
    // Those below are not in columns: text is read for rows the rest leaves open.
    kMessage,
    kExceptionMessage,
    kStacktrace,
    kAttribute,
  };
  Kind kind = Kind::kMessage;
  store::Dimension dimension = store::Dimension::kService;  // kDimension
  store::IdKind id_kind = store::IdKind::kTrace;            // kId
  std::string attribute;                                    // kAttribute: the key
};

// Names are looked up without regard to ASCII case; attribute keys are kept as
// they are. Errors: InvalidArgument, "unknown field \"servce\", did you mean service?".
absl::StatusOr<FilterField> FindFilterField(std::string_view name);
// The name that ToString and docs use: "service.name", "attributes.key".
std::string FilterFieldName(const FilterField& field);

// "TRACE" … "FATAL4" for 1..24, "" for anything else.
std::string_view SeverityName(int severity);
// The number of a name or of a number in text; nullopt for what is neither or not in 1..24.
// "WARNING" and "CRITICAL" are known too.
std::optional<int> ParseSeverity(std::string_view text);
// "FAILURE", "SUCCESS".
std::string_view OutcomeName(store::Outcome outcome);

}  // namespace faultline::query
