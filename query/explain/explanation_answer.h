// An explanation in the API's form, each row in words with its numbers.
#pragma once

#include "faultline/v1/explanation.pb.h"
#include "query/explain/explainer.h"
#include "query/explain/rate_table.h"

namespace faultline::query {

// What the counts of a table are, and what a rate is compared with.
enum class Comparison {
  kAttemptsBefore,  // failures out of attempts; the same rows before
  kAttemptsRest,    // failures out of attempts; the rest of the target
  kEvents,          // events of the target out of those of target and baseline
};

// Fills in everything but `completeness`; notes are added to those that are there.
void FillExplanation(const RateTable& table, const Explanation& explanation, Comparison comparison,
                     faultline::v1::ExplainDifferenceResponse& response);

}  // namespace faultline::query
