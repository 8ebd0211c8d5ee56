// What the characters of a parameter are, which says in which stream it lies.
#pragma once

#include <cstddef>
#include <cstdint>

namespace faultline::store {

// Stored, in the two low bits of a shape: append only.
enum class ParameterClass : uint8_t { kDigits = 0, kHex = 1, kOther = 2 };
inline constexpr size_t kParameterClasses = 3;

}  // namespace faultline::store
