// Order of values that people write: 9 before 10, version 5.9.1 before 5.10.0.
#pragma once

#include <string_view>

namespace faultline::query {

// Below 0, 0 or above 0. Runs of digits compare as numbers, all else byte by
// byte.
int CompareNatural(std::string_view a, std::string_view b);

// Whether `value` may be ordered against `limit`: a number has no place among
// words, nor the reverse, and an empty value has none at all.
bool IsComparable(std::string_view value, std::string_view limit);

}  // namespace faultline::query
