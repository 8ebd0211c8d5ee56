// What this program was built from.
#pragma once

#include <string_view>

namespace faultline {

std::string_view Version();       // "0.1.0"
std::string_view BuildCommit();   // short commit, empty when built outside a checkout
std::string_view BuildDetails();  // compiler and build type

}  // namespace faultline
