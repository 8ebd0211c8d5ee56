// How a question was answered, for people.
#pragma once

#include <string>

#include "deploy/cli/output.h"
#include "deploy/cli/terminal.h"
#include "faultline/v1/query_plan.pb.h"

namespace faultline::deploy {

// What --explain says of itself.
inline constexpr char kExplainHelp[] = "Answer, but show how: segments skipped and read, bytes, and time by step";

// Segments, steps and reads, each line with its newline.
std::string PlanText(const Terminal& terminal, const faultline::v1::QueryPlan& plan);
// That, or the plan itself where the output is for programs.
void PrintPlan(const Output& output, const faultline::v1::QueryPlan& plan);

}  // namespace faultline::deploy
