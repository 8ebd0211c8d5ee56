#include "query/explain/explanation_answer.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "query/pair_text.h"

namespace faultline::query {
namespace {

// "1,234", and "0.25" for what is no whole number.
std::string Count(double number) {
  if (number < 1e15 && number == std::floor(number)) return fmt::format("{:.0f}", number);
  return ShortNumber(number);
}

std::string Percent(double share) { return ShortNumber(share * 100) + " %"; }

class Filler {
 public:
  Filler(const RateTable& table, const Explanation& explanation, Comparison comparison)
      : table_(table), explanation_(explanation), comparison_(comparison) {}

  void Fill(const Candidate& from, v1::Explanation& to) const {
    const Combination& combination = from.combination;
    for (uint32_t i = 0; i < combination.length; ++i) {
      const uint32_t dimension = combination.dimensions[i];
      (*to.mutable_values())[table_.dimensions()[dimension]] = table_.value(dimension, combination.codes[i]);
    }
    to.set_failures(from.failures);
    to.set_attempts(from.attempts);
    to.set_support(Share(from.failures, explanation_.target.failures));
    to.set_rate(comparison_ == Comparison::kEvents ? to.support() : Share(from.failures, from.attempts));
    to.set_baseline_rate(BaselineRate(from));
    to.set_lift(to.rate() / to.baseline_rate());
    to.set_expected(to.baseline_rate() *
                    (comparison_ == Comparison::kEvents ? explanation_.target.failures : from.attempts));
  }

  // Against a background without the best value (query/explain/explainer.cc) even a value that is rarer than in the
  // baseline may seem to have more than its share.
  bool IsMoreThanBaseline(const Answer& answer) const {
    return std::all_of(answer.members.begin(), answer.members.end(), [&](const Candidate& member) {
      return Share(member.failures, explanation_.target.failures) > BaselineRate(member);
    });
  }

  // "; all with service = session", for what `answer` does not name.
  std::string Common(const Answer& answer) const {
    std::string text;
    if (!answer.longest) return text;
    const Combination& named = answer.members.front().combination;
    const Combination& longest = *answer.longest;
    for (uint32_t i = 0; i < longest.length; ++i) {
      const uint32_t dimension = longest.dimensions[i];
      const auto end = named.dimensions.begin() + named.length;
      if (std::find(named.dimensions.begin(), end, dimension) != end) continue;
      text += fmt::format("{}{} = {}", text.empty() ? "; all with " : " and ", table_.dimensions()[dimension],
                          table_.value(dimension, longest.codes[i]));
    }
    return text;
  }

  std::string Summary(const v1::Explanation& row) const {
    std::string text;
    if (comparison_ == Comparison::kEvents) {
      text = fmt::format("in {} of these events ({} of {}), in {} of the baseline's: {}x", Percent(row.rate()),
                         Count(row.failures()), Count(explanation_.target.failures), Percent(row.baseline_rate()),
                         ShortNumber(row.lift()));
    } else {
      text = fmt::format("{} of {} failed: {}, {} {}: {}x; {} of all failures", Count(row.failures()),
                         Count(row.attempts()), Percent(row.rate()), Percent(row.baseline_rate()),
                         comparison_ == Comparison::kAttemptsBefore ? "expected from before" : "elsewhere",
                         ShortNumber(row.lift()), Percent(row.support()));
    }
    if (row.same_as_rank() > 0) text += fmt::format("; the same failures as rank {}", row.same_as_rank());
    if (!row.significant()) text += "; may be chance";
    return text;
  }

 private:
  static double Share(double part, double whole) { return whole > 0 ? std::min(1.0, part / whole) : 0; }

  // Half a failure of one attempt more keeps it above 0.
  double BaselineRate(const Candidate& from) const {
    const RateTable::Counts& all = explanation_.target;
    switch (comparison_) {
      case Comparison::kAttemptsBefore:
        return from.expected / from.attempts;
      case Comparison::kAttemptsRest:
        return (std::max(0.0, all.failures - from.failures) + 0.5) / (std::max(0.0, all.attempts - from.attempts) + 1);
      case Comparison::kEvents:
        return (std::max(0.0, from.attempts - from.failures) + 0.5) / (std::max(0.0, all.attempts - all.failures) + 1);
    }
    return 1;
  }

  const RateTable& table_;
  const Explanation& explanation_;
  const Comparison comparison_;
};

void AddLimits(const Explanation& explanation, v1::ExplainDifferenceResponse& response) {
  if (explanation.pruned) {
    response.add_notes("with so many rows and dimensions, only values that stand out alone were combined");
  }
  if (explanation.cut_short) {
    response.add_notes("not all combinations of dimensions were looked at; name fewer dimensions");
  }
}

}  // namespace

void FillExplanation(const RateTable& table, const Explanation& explanation, Comparison comparison,
                     v1::ExplainDifferenceResponse& response) {
  const Filler filler(table, explanation, comparison);
  int32_t rank = 0;
  for (const Answer& answer : explanation.answers) {
    if (comparison == Comparison::kEvents && !filler.IsMoreThanBaseline(answer)) continue;
    ++rank;
    for (const Candidate& member : answer.members) {
      v1::Explanation& row = *response.add_explanations();
      row.set_rank(rank);
      row.set_score(answer.score);
      row.set_significant(answer.significant);
      row.set_same_as_rank(answer.same_as + 1);
      filler.Fill(member, row);
      row.set_summary(filler.Summary(row) + filler.Common(answer));
    }
  }
  v1::ExplainTotals& totals = *response.mutable_totals();
  totals.set_failures(explanation.target.failures);
  totals.set_attempts(explanation.target.attempts);
  totals.set_baseline_failures(explanation.baseline.failures);
  totals.set_baseline_attempts(explanation.baseline.attempts);
  totals.set_measure(comparison == Comparison::kEvents ? v1::ExplainDifferenceRequest::MEASURE_EVENTS
                                                       : v1::ExplainDifferenceRequest::MEASURE_ATTEMPTS);
  AddLimits(explanation, response);
}

}  // namespace faultline::query
