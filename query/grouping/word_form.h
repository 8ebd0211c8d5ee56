// One word of a masked message in its normal form.
#pragma once

#include <string>
#include <string_view>

namespace faultline::query {

// What is left of `word` (no delimiters in it): kHole where all of it varies.
//   4711, null            a hole
//   /var/log/x, a/b.c     a path: a hole
//   task_<*>, user<*>     the part between . - + @ # $ % & / that has a hole is one
//   a.<*>.c               a name with dots that has a hole: a hole
// Full stops and marks at its end stay.
std::string NormalWord(std::string_view word);

}  // namespace faultline::query
