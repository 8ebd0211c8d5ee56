// Three-valued logic, so that most events are decided by columns alone and text
// is read for the rest only.
//
// With these numbers AND is the minimum, OR the maximum and NOT 2 - x, which
// compilers turn into vector instructions over bytes.
#pragma once

#include <cstdint>

namespace faultline::query {

using Truth = uint8_t;
inline constexpr Truth kNo = 0;
inline constexpr Truth kOpen = 1;
inline constexpr Truth kYes = 2;

}  // namespace faultline::query
