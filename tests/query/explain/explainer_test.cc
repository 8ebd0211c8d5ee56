#include "query/explain/explainer.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "tests/testing/status_matchers.h"

namespace faultline::query {
namespace {

using ValueMap = std::map<std::string, std::string>;

// A cube of 3 regions, 3 versions and 4 hosts with 1,000 attempts in each row, 10 of
// which failed before and fail now where `faulty` does not say otherwise.
class Cube {
 public:
  Cube() : table_({"region", "version", "host"}) {}

  template <typename Rate>
  RateTable& Fill(const Rate& rate) {
    for (const std::string region : {"eu", "us", "ap"}) {
      for (const std::string version : {"1", "2", "3"}) {
        for (const std::string host : {"a", "b", "c", "d"}) {
          const std::vector<uint32_t> codes = {table_.CodeOf(0, region), table_.CodeOf(1, version),
                                               table_.CodeOf(2, host)};
          const size_t row = *table_.RowOf(codes);
          table_.AddBaseline(row, 50, 5000);
          table_.AddTarget(row, rate(region, version, host), 1000);
        }
      }
    }
    return table_;
  }

 private:
  RateTable table_;
};

std::set<ValueMap> ValuesOf(const RateTable& table, const Answer& answer) {
  std::set<ValueMap> values;
  for (const Candidate& member : answer.members) {
    ValueMap map;
    for (uint32_t i = 0; i < member.combination.length; ++i) {
      const uint32_t d = member.combination.dimensions[i];
      map[table.dimensions()[d]] = table.value(d, member.combination.codes[i]);
    }
    values.insert(map);
  }
  return values;
}

Explanation Explained(const RateTable& table, bool has_baseline = true) {
  ExplainOptions options;
  options.has_baseline = has_baseline;
  auto explanation = Explain(table, options, {});
  EXPECT_THAT(explanation, testing::IsOk());
  return *std::move(explanation);
}

TEST(ExplainerTest, FindsASingleValue) {
  Cube cube;
  const RateTable& table =
      cube.Fill([](const auto& region, const auto&, const auto&) { return region == "eu" ? 300 : 10; });
  const Explanation explanation = Explained(table);
  ASSERT_FALSE(explanation.answers.empty());
  EXPECT_EQ(ValuesOf(table, explanation.answers[0]), (std::set<ValueMap>{{{"region", "eu"}}}));
  EXPECT_TRUE(explanation.answers[0].significant);
  const Candidate& found = explanation.answers[0].members[0];
  EXPECT_DOUBLE_EQ(found.failures, 12 * 300);
  EXPECT_DOUBLE_EQ(found.attempts, 12 * 1000);
  EXPECT_NEAR(found.expected, 12 * 10, 1);
}

TEST(ExplainerTest, FindsACombinationRatherThanItsValues) {
  Cube cube;
  const RateTable& table = cube.Fill(
      [](const auto& region, const auto& version, const auto&) { return region == "eu" && version == "2" ? 300 : 10; });
  const Explanation explanation = Explained(table);
  ASSERT_FALSE(explanation.answers.empty());
  EXPECT_EQ(ValuesOf(table, explanation.answers[0]), (std::set<ValueMap>{{{"region", "eu"}, {"version", "2"}}}));
}

TEST(ExplainerTest, FindsThreeValuesTogether) {
  Cube cube;
  const RateTable& table = cube.Fill([](const auto& region, const auto& version, const auto& host) {
    return region == "us" && version == "3" && host == "c" ? 600 : 10;
  });
  const Explanation explanation = Explained(table);
  ASSERT_FALSE(explanation.answers.empty());
  EXPECT_EQ(ValuesOf(table, explanation.answers[0]),
            (std::set<ValueMap>{{{"host", "c"}, {"region", "us"}, {"version", "3"}}}));
}

TEST(ExplainerTest, NamesTwoCausesAsOneAnswer) {
  Cube cube;
  const RateTable& table =
      cube.Fill([](const auto&, const auto&, const auto& host) { return host == "a" || host == "c" ? 300 : 10; });
  const Explanation explanation = Explained(table);
  ASSERT_FALSE(explanation.answers.empty());
  EXPECT_EQ(ValuesOf(table, explanation.answers[0]), (std::set<ValueMap>{{{"host", "a"}}, {{"host", "c"}}}));
}

TEST(ExplainerTest, ComparesWithTheRestWhereThereIsNoBaseline) {
  Cube cube;
  const RateTable& table =
      cube.Fill([](const auto& region, const auto&, const auto&) { return region == "eu" ? 300 : 10; });
  const Explanation explanation = Explained(table, /*has_baseline=*/false);
  ASSERT_FALSE(explanation.answers.empty());
  EXPECT_EQ(ValuesOf(table, explanation.answers[0]), (std::set<ValueMap>{{{"region", "eu"}}}));
  EXPECT_NEAR(explanation.background, 0.01, 0.001);
}

TEST(ExplainerTest, ValuesThatAlwaysFailAreNoNews) {
  RateTable table({"host"});
  for (const std::string host : {"bad", "good", "other"}) {
    const std::vector<uint32_t> codes = {table.CodeOf(0, host)};
    const size_t row = *table.RowOf(codes);
    const double failures = host == "bad" ? 500 : 10;
    table.AddBaseline(row, failures * 10, 10'000);
    table.AddTarget(row, failures, 1000);
  }
  for (const Answer& answer : Explained(table).answers) EXPECT_FALSE(answer.significant);
}

TEST(ExplainerTest, SaysNothingWhereNothingRose) {
  Cube cube;
  const RateTable& table = cube.Fill([](const auto&, const auto&, const auto&) { return 10; });
  for (const Answer& answer : Explained(table).answers) EXPECT_FALSE(answer.significant);
}

// Binomial noise from a fixed sequence: 100 tables without a difference.
TEST(ExplainerTest, CallsChanceSignificantInFewTables) {
  uint64_t state = 1;
  const auto uniform = [&state] {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return static_cast<double>(state >> 11) / 9007199254740992.0;
  };
  int tables_with_significant = 0;
  for (int i = 0; i < 100; ++i) {
    Cube cube;
    const RateTable& table = cube.Fill([&](const auto&, const auto&, const auto&) {
      int failures = 0;
      for (int attempt = 0; attempt < 1000; ++attempt) failures += uniform() < 0.01 ? 1 : 0;
      return failures;
    });
    const Explanation explanation = Explained(table);
    for (const Answer& answer : explanation.answers) {
      if (!answer.significant) continue;
      ++tables_with_significant;
      break;
    }
  }
  EXPECT_LE(tables_with_significant, 5);
}

TEST(ExplainerTest, PointsOutAnswersThatCoverTheSameRows) {
  RateTable table({"zone", "always"});
  for (const std::string zone : {"a", "b"}) {
    const std::vector<uint32_t> codes = {table.CodeOf(0, zone), table.CodeOf(1, "x")};
    const size_t row = *table.RowOf(codes);
    table.AddBaseline(row, 10, 1000);
    table.AddTarget(row, zone == "a" ? 500 : 10, 1000);
  }
  const Explanation explanation = Explained(table);
  ASSERT_GE(explanation.answers.size(), 2u);
  EXPECT_EQ(ValuesOf(table, explanation.answers[0]), (std::set<ValueMap>{{{"zone", "a"}}}));
  EXPECT_EQ(explanation.answers[0].same_as, -1);
  EXPECT_EQ(ValuesOf(table, explanation.answers[1]), (std::set<ValueMap>{{{"always", "x"}, {"zone", "a"}}}));
  EXPECT_EQ(explanation.answers[1].same_as, 0);
}

TEST(ExplainerTest, StaysFiniteForAnyCounts) {
  for (const double failures : {0.0, 1e-300, 1.0, 1e15}) {
    for (const double attempts : {0.0, 1e-300, 1.0, 1e15}) {
      for (const double before : {0.0, 1.0, 1e15}) {
        RateTable table({"d"});
        const uint32_t code = table.CodeOf(0, "x");
        const size_t row = *table.RowOf({&code, 1});
        table.AddTarget(row, failures, attempts);
        table.AddBaseline(row, before, before);
        for (const bool has_baseline : {true, false}) {
          const Explanation explanation = Explained(table, has_baseline);
          EXPECT_TRUE(std::isfinite(explanation.expected));
          for (const Answer& answer : explanation.answers) EXPECT_TRUE(std::isfinite(answer.score));
        }
      }
    }
  }
}

// 150,000 distinct rows of ten dimensions: more than is searched in full.
TEST(ExplainerTest, FindsTheCauseInATableThatIsPruned) {
  std::vector<std::string> names;
  for (int d = 0; d < 10; ++d) names.push_back("d" + std::to_string(d));
  RateTable table(names);
  uint64_t state = 7;
  std::vector<uint32_t> codes(names.size());
  for (int i = 0; i < 150'000; ++i) {
    for (size_t d = 0; d < codes.size(); ++d) {
      state = state * 6364136223846793005u + 1442695040888963407u;
      codes[d] = table.CodeOf(d, std::to_string((state >> 33) % 8));
    }
    const size_t row = *table.RowOf(codes);
    const bool faulty = codes[2] == table.CodeOf(2, "3") && codes[7] == table.CodeOf(7, "5");
    table.AddTarget(row, faulty ? 1 : (state >> 40) % 100 == 0 ? 1 : 0, 1);
  }
  const Explanation explanation = Explained(table, /*has_baseline=*/false);
  EXPECT_TRUE(explanation.pruned);
  ASSERT_FALSE(explanation.answers.empty());
  EXPECT_EQ(ValuesOf(table, explanation.answers[0]), (std::set<ValueMap>{{{"d2", "3"}, {"d7", "5"}}}));
}

TEST(ExplainerTest, StopsWhenTheCallerGoesAway) {
  Cube cube;
  const RateTable& table = cube.Fill([](const auto&, const auto&, const auto&) { return 10; });
  QueryControl control;
  control.cancelled = [] { return true; };
  EXPECT_THAT(Explain(table, {}, control), testing::HasCode(absl::StatusCode::kCancelled));
}

}  // namespace
}  // namespace faultline::query
