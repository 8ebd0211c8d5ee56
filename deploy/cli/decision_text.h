// A decision in words.
#pragma once

#include <string>

#include "faultline/v1/decision.pb.h"

namespace faultline::deploy {

// "merge v1:… into it", "call it \"…\"": not made safe for a terminal.
std::string DecisionText(const faultline::v1::Decision& decision);

}  // namespace faultline::deploy
