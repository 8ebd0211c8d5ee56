#include "deploy/server/loki_query.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "deploy/server/http_form.h"
#include "deploy/server/loki_labels.h"
#include "query/filter.h"

namespace faultline::deploy {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string FilterOf(std::string_view text) {
  const auto query = ParseLokiQuery(text);
  EXPECT_TRUE(query.ok()) << text << ": " << query.status();
  return query.ok() ? query->filter : "";
}

TEST(LokiQueryTest, TurnsMatchersIntoAFilter) {
  EXPECT_EQ(FilterOf("{}"), "");
  EXPECT_EQ(FilterOf(R"({service="gateway"})"), R"((service = "gateway"))");
  EXPECT_EQ(FilterOf(R"( { service_name != "a\"b*" , region=`eu` } )"),
            R"(NOT (service = "a\"b\*") AND (region = "eu"))");
  EXPECT_EQ(FilterOf(R"({service=~"a|b.*"})"), R"((service = "a" OR service = "b*"))");
  EXPECT_EQ(FilterOf(R"({service=~".+"})"), "(service:*)");
  EXPECT_EQ(FilterOf(R"({service=~".*"})"), "");
  EXPECT_EQ(FilterOf(R"({service=""})"), "(NOT service:*)");
  EXPECT_EQ(FilterOf(R"({level="error"})"), "((severity >= ERROR AND severity < FATAL))");
  EXPECT_EQ(FilterOf(R"x({host=~"(web-1|web-2)", code!~"5\\.0"})x"),
            R"((host = "web-1" OR host = "web-2") AND NOT (code = "5.0"))");
}

TEST(LokiQueryTest, TurnsLineFiltersIntoAFilter) {
  EXPECT_EQ(FilterOf(R"({} |= "time*out" != `x`)"), R"((message = "*time\*out*") AND NOT (message = "*x*"))");
  EXPECT_EQ(FilterOf(R"({} |~ `(?i)timeout|reset`)"), R"((message : "*timeout*" OR message : "*reset*"))");
  EXPECT_EQ(FilterOf(R"({} |= ``)"), "");
  EXPECT_EQ(FilterOf(R"({service="a"} | json | logfmt | drop __error__, x | level="warn" and region="eu")"),
            R"((service = "a") AND ((severity >= WARN AND severity < ERROR)) AND (region = "eu"))");
}

TEST(LokiQueryTest, ReadsMetricsAndSums) {
  auto query = ParseLokiQuery(
      R"(sum by (level, detected_level) (count_over_time({service="a"} |= `x` | drop __error__ [1m30s])))");
  ASSERT_TRUE(query.ok()) << query.status();
  EXPECT_EQ(query->kind, LokiQuery::Kind::kCount);
  EXPECT_EQ(query->range_seconds, 90);
  EXPECT_TRUE(query->summed);
  EXPECT_THAT(query->by, ElementsAre("level", "detected_level"));
  query = ParseLokiQuery(R"(sum(rate({}[500ms])) by (service))");
  ASSERT_TRUE(query.ok()) << query.status();
  EXPECT_EQ(query->kind, LokiQuery::Kind::kRate);
  EXPECT_EQ(query->range_seconds, 1);
  EXPECT_THAT(query->by, ElementsAre("service"));
  query = ParseLokiQuery("vector(1)+vector(1)");
  ASSERT_TRUE(query.ok()) << query.status();
  EXPECT_EQ(query->constant, 2);
}

TEST(LokiQueryTest, SaysWhereAQueryIsNotUnderstood) {
  for (const char* wrong :
       {"", "{", R"({service})", R"({service="a)", R"({service="a"} |)", R"({service="a"} extra)", "topk(3, x)", "sum(",
        "sum by (", R"(count_over_time({}))", R"(count_over_time({}[x]))", R"(count_over_time({}[-5m]))", "vector(x)",
        R"({service=~"a[bc]"})", R"({service=~"\\"})", R"({nope="x"})", R"(sum by (nope) (rate({}[1m])))"}) {
    const auto query = ParseLokiQuery(wrong);
    ASSERT_FALSE(query.ok()) << wrong;
    EXPECT_EQ(query.status().code(), absl::StatusCode::kInvalidArgument) << wrong;
  }
  EXPECT_THAT(ParseLokiQuery(R"({service="a" x)").status().message(), HasSubstr("column 14"));
  EXPECT_FALSE(ParseLokiQuery(std::string(6'000, '{')).ok());
}

TEST(LokiLabelsTest, LevelsAreBandsOfSeverity) {
  EXPECT_EQ(LokiLevelOf(0), "unknown");
  EXPECT_EQ(LokiLevelOf(17), "error");
  EXPECT_EQ(LokiLevelOf(24), "critical");
  EXPECT_EQ(LokiLevelOf(25), "unknown");
  EXPECT_EQ(LokiLevel("WARN3"), "warn");
  EXPECT_EQ(LokiLevel(""), "unknown");
}

TEST(LokiLabelsTest, EveryLabelIsAFieldOfTheFilterLanguage) {
  for (const std::string& label : LokiLabelNames()) {
    const std::string value = label == "level" ? "warn" : label == "signature" ? "v1:0123456789abcdef" : "CLIENT";
    const std::string filter = FilterOf("{" + label + "=\"" + value + "\"}");
    EXPECT_TRUE(query::Filter::Parse(filter, nullptr).ok()) << filter;
  }
}

TEST(HttpFormTest, DecodesWhatFormsHold) {
  HttpForm form;
  form.Add("a=1&b=x%20y+z&a=2&c&=d&e=%zz%4&f=%ff");
  EXPECT_EQ(form.Get("a"), "1");
  EXPECT_EQ(form.Get("b"), "x y z");
  EXPECT_EQ(form.Get("c"), "");
  EXPECT_EQ(form.Get("e"), "%zz%4");
  EXPECT_EQ(form.Get("f"), "") << "not UTF-8";
  const auto [first, last] = form.All("a");
  EXPECT_EQ(std::distance(first, last), 2);
  EXPECT_EQ(PercentDecoded("a+b%2B", false), "a+b+");
}

}  // namespace
}  // namespace faultline::deploy
