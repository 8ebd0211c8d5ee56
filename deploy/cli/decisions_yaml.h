// Decisions as a file that people read and keep under version control (docs/decisions.md has the form).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "faultline/v1/decision.pb.h"

namespace faultline::deploy {

inline constexpr size_t kMaxDecisionsFileBytes = 16 << 20;

// "merge", "split", ...; "" for none.
std::string_view DecisionWord(faultline::v1::DecisionKind kind);

std::string WriteDecisions(const std::vector<faultline::v1::Decision>& decisions);
// Errors: InvalidArgument with the line ("line 12: ..."): no YAML, another form, an unknown key or word, a time that
// is none.
absl::StatusOr<std::vector<faultline::v1::Decision>> ReadDecisions(const std::string& text);

}  // namespace faultline::deploy
