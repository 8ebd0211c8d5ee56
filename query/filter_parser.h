// AIP-160 text to syntax tree.
#pragma once

#include <string_view>

#include "absl/status/statusor.h"
#include "base/pseudonym.h"
#include "query/filter_node.h"

namespace faultline::query {

inline constexpr size_t kMaxFilterBytes = 4096;
inline constexpr int kMaxFilterDepth = 32;  // parentheses inside parentheses

// Null for an empty filter. Errors: InvalidArgument "filter: column N: …".
absl::StatusOr<FilterNodePtr> ParseFilter(std::string_view text, const Pseudonyms* pseudonyms);

}  // namespace faultline::query
