// Matchers of LogQL as restrictions of the filter language.
//
// Thread-safe.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace faultline::deploy {

// `op` is "=", "!=", "=~" or "!~". Empty means everything.
// Errors: InvalidArgument for a label that is not known or a pattern beyond alternatives, .* and .+.
absl::StatusOr<std::string> LabelRestriction(std::string_view label, std::string_view op, std::string_view value);

// `op` is "|=", "!=", "|~" or "!~": text within the message. Empty means everything.
absl::StatusOr<std::string> LineRestriction(std::string_view op, std::string_view value);

}  // namespace faultline::deploy
