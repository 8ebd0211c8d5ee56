// The flags that scale_fill and scale_lines have in common.
#pragma once

#include <string_view>

#include "tests/bench/scale_events.h"

namespace faultline::bench {

inline constexpr char kScaleFlags[] = "[--events N] [--hours H] [--templates T] [--message-bytes B] [--seed S]";

// Takes one of kScaleFlags; false for any other.
bool TakeScaleFlag(std::string_view flag, const char* value, ScaleOptions& options);

}  // namespace faultline::bench
