// Findings of the detector, as the output wants them.
#pragma once

#include <cstdint>
#include <string>

#include "deploy/cli/output.h"
#include "faultline/v1/finding.pb.h"

namespace faultline::deploy {

// The whole response, a row a finding, or a table; then the notes.
void PrintFindings(const Output& output, const faultline::v1::ListFindingsResponse& response);

// "1 min", "30 s", "2.5 h".
std::string FormatSpan(int64_t span_us);

}  // namespace faultline::deploy
