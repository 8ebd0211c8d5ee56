#include "query/explain/explainer.h"

#include <algorithm>
#include <cmath>
#include <tuple>
#include <utility>

#include "base/status_macros.h"
#include "query/explain/combination_search.h"

namespace faultline::query {
namespace {

// Without a baseline the background is what lies outside of the best value, when that
// is at least this share of the attempts: a fault that all else is compared with would
// otherwise hide in the average that it raises itself.
constexpr double kLeastBackground = 0.1;

using Cuboid = std::vector<Candidate>;  // of the same dimensions, the largest gain first

bool SameDimensions(const Combination& a, const Combination& b) {
  return a.length == b.length && a.dimensions == b.dimensions;
}

std::vector<Cuboid> ByCuboid(std::vector<Candidate> candidates) {
  std::erase_if(candidates, [](const Candidate& candidate) { return candidate.failures < kMinFailures; });
  std::vector<Cuboid> cuboids;
  for (Candidate& candidate : candidates) {
    if (cuboids.empty() || !SameDimensions(cuboids.back().front().combination, candidate.combination)) {
      cuboids.emplace_back();
    }
    cuboids.back().push_back(candidate);
  }
  return cuboids;
}

double Score(const Answer& answer, double largest_excess) {
  double gain = 0, excess = 0;
  for (const Candidate& member : answer.members) {
    gain += member.gain;
    excess += member.excess();
  }
  const double penalty = 1 - kSetPenalty * static_cast<double>(answer.members.size() - 1);
  return gain * std::sqrt(std::min(1.0, excess / largest_excess)) * penalty;
}

// The first of a cuboid with those that failed as it did.
Answer SetOf(const Cuboid& cuboid) {
  Answer set;
  const Candidate& first = cuboid.front();
  for (const Candidate& candidate : cuboid) {
    if (candidate.excess() < kMemberExcess * first.excess()) continue;
    if (candidate.added_rate < kMemberRate * first.added_rate) continue;
    set.members.push_back(candidate);
    if (set.members.size() == kMaxSetMembers) break;
  }
  return set;
}

std::vector<Answer> AllAnswers(const std::vector<Cuboid>& cuboids, size_t tests, bool sets) {
  // A gain is half of a G: erfc(sqrt(gain)) is its p.
  const double most = kFamilyError / static_cast<double>(std::max<size_t>(tests, 1));
  const auto significant = [most](const Candidate& member) { return std::erfc(std::sqrt(member.gain)) <= most; };
  std::vector<Answer> answers;
  double largest_excess = 0;
  for (const Cuboid& cuboid : cuboids) {
    for (const Candidate& candidate : cuboid) {
      largest_excess = std::max(largest_excess, candidate.excess());
      answers.push_back({{candidate}, 0, significant(candidate), -1, std::nullopt});
    }
    if (!sets) continue;
    Cuboid members = cuboid;
    std::erase_if(members, [&](const Candidate& member) { return !significant(member); });
    if (members.size() < 2) continue;
    Answer set = SetOf(members);
    set.significant = true;
    if (set.members.size() > 1) answers.push_back(std::move(set));
  }
  for (Answer& answer : answers) answer.score = Score(answer, largest_excess);
  return answers;
}

// Of answers that cover the same rows, the shortest and the longest stay: fewer words,
// and all that these rows have in common.
void DropSynonyms(std::vector<Answer>& answers) {
  const auto key = [](const Answer& answer) {
    const Candidate& first = answer.members.front();
    return std::make_tuple(answer.members.size() > 1, first.cover, first.rows);
  };
  std::stable_sort(answers.begin(), answers.end(), [&](const Answer& a, const Answer& b) {
    if (key(a) != key(b)) return key(a) < key(b);
    return a.members.front().combination.length < b.members.front().combination.length;
  });
  std::vector<Answer> kept;
  for (size_t begin = 0; begin < answers.size();) {
    size_t end = begin + 1;
    if (answers[begin].members.size() == 1) {
      while (end < answers.size() && key(answers[end]) == key(answers[begin])) ++end;
    }
    kept.push_back(answers[begin]);
    Answer& longest = answers[end - 1];
    if (longest.members.front().combination.length > answers[begin].members.front().combination.length) {
      longest.score = answers[begin].score;  // that of the same rows, but for the order of their sums
      kept.push_back(longest);
    }
    begin = end;
  }
  answers = std::move(kept);
}

bool Better(const Answer& a, const Answer& b) {
  if (a.score != b.score) return a.score > b.score;
  const Combination& first = a.members.front().combination;
  const Combination& second = b.members.front().combination;
  if (first.length != second.length) return first.length < second.length;
  if (first.dimensions != second.dimensions) return first.dimensions < second.dimensions;
  if (first.codes != second.codes) return first.codes < second.codes;
  return a.members.size() < b.members.size();
}

// Whether `part` is a part of `whole` that is no worse than the rest of it.
bool IsSlice(const Candidate& part, const Candidate& whole) {
  return part.combination != whole.combination && Contains(part.combination, whole.combination) &&
         part.added_rate <= kSliceRate * whole.added_rate && part.excess() < kSliceExcess * whole.excess();
}

bool AddsNothing(const Answer& answer, const std::vector<Answer>& better) {
  for (const Answer& other : better) {
    if (answer.members.size() > 1 && other.members.size() > 1) return true;  // one set says it
    for (const Candidate& member : answer.members) {
      for (const Candidate& whole : other.members) {
        if (IsSlice(member, whole)) return true;
      }
    }
  }
  return false;
}

// The place of the answer among `better` that covers the same rows; -1 for none.
int SameAs(const Answer& answer, const std::vector<Answer>& better) {
  if (answer.members.size() > 1) return -1;
  const Candidate& own = answer.members.front();
  for (size_t i = 0; i < better.size(); ++i) {
    const Candidate& other = better[i].members.front();
    if (better[i].members.size() == 1 && other.cover == own.cover && other.rows == own.rows) return static_cast<int>(i);
  }
  return -1;
}

std::vector<Answer> Best(std::vector<Answer> answers, const ExplainOptions& options) {
  std::sort(answers.begin(), answers.end(), Better);
  std::vector<Answer> best;
  for (Answer& answer : answers) {
    if (best.size() == options.max_answers) break;
    if (answer.score <= 0 || AddsNothing(answer, best)) continue;
    answer.same_as = SameAs(answer, best);
    if (!options.sets && answer.same_as >= 0) {
      best[static_cast<size_t>(answer.same_as)].longest = answer.members.front().combination;
      continue;
    }
    best.push_back(std::move(answer));
  }
  return best;
}

// What is expected where nothing is known of before.
absl::StatusOr<ExpectedRates> Background(const RateTable& table, const QueryControl& control) {
  const RateTable::Counts all = TargetTotals(table);
  const ExpectedRates average = UniformRates(table, all);
  ASSIGN_OR_RETURN(const SearchResult alone, SearchCombinations(table, average, 1, control));
  if (alone.candidates.empty()) return average;
  const Candidate& best = *std::max_element(alone.candidates.begin(), alone.candidates.end(),
                                            [](const auto& a, const auto& b) { return a.gain < b.gain; });
  const RateTable::Counts rest{all.failures - best.failures, all.attempts - best.attempts};
  if (rest.attempts < kLeastBackground * all.attempts) return average;
  return UniformRates(table, rest);
}

}  // namespace

absl::StatusOr<Explanation> Explain(const RateTable& table, const ExplainOptions& options,
                                    const QueryControl& control) {
  Explanation explanation;
  explanation.target = TargetTotals(table);
  explanation.baseline = BaselineTotals(table);
  ExpectedRates expected;
  if (options.has_baseline) {
    expected = RatesOfBaseline(table);
  } else {
    ASSIGN_OR_RETURN(expected, Background(table, control));
  }
  explanation.background = expected.overall;
  for (size_t row = 0; row < table.rows(); ++row) {
    explanation.expected += table.target(row).attempts * expected.rate[row];
  }
  ASSIGN_OR_RETURN(SearchResult found, SearchCombinations(table, expected, options.max_length, control));
  explanation.pruned = found.pruned;
  explanation.cut_short = found.cut_short;
  std::vector<Answer> answers = AllAnswers(ByCuboid(std::move(found.candidates)), found.tests, options.sets);
  DropSynonyms(answers);
  explanation.answers = Best(std::move(answers), options);
  return explanation;
}

}  // namespace faultline::query
