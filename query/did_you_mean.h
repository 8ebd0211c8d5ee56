// Suggestions for misspelt names.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace faultline::query {

// Edits (insert, delete, replace, swap of neighbours) that turn `a` into `b`,
// ASCII case ignored. Cost is the product of the lengths; `a` and `b` are
// looked at up to 64 bytes.
int EditDistance(std::string_view a, std::string_view b);

// ", did you mean NAME?" for the nearest of `known` when it is near enough to
// be a slip, else "".
std::string DidYouMean(std::string_view written, std::span<const std::string_view> known);

}  // namespace faultline::query
