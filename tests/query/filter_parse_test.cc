#include <gtest/gtest.h>

#include <array>

#include "query/filter.h"
#include "tests/testing/status_matchers.h"

namespace faultline::query {
namespace {

using ::faultline::testing::HasCode;
using ::faultline::testing::IsOk;

Pseudonyms TestKey() { return Pseudonyms::FromKey(std::array<unsigned char, 32>{1, 2, 3}); }

std::string Normalised(std::string_view text) {
  auto filter = Filter::Parse(text, nullptr);
  EXPECT_THAT(filter, IsOk()) << text;
  return filter.ok() ? filter->ToString() : "";
}

std::string ErrorOf(std::string_view text) {
  const auto filter = Filter::Parse(text, nullptr);
  EXPECT_THAT(filter, HasCode(absl::StatusCode::kInvalidArgument)) << text;
  return std::string(filter.status().message());
}

struct Case {
  std::string_view text, normalised;
};

TEST(FilterParseTest, ReadsTheGrammarOfAip160) {
  static constexpr Case kCases[] = {
      {"", ""},
      {"  \t ", ""},
      {"timeout", R"(message : "timeout")"},
      {R"("connection reset")", R"(message : "connection reset")"},
      {"'single quotes'", R"(message : "single quotes")"},
      {"service=gateway", R"(service.name = "gateway")"},
      {"service.name = 'gateway'", R"(service.name = "gateway")"},
      {"SERVICE = gateway", R"(service.name = "gateway")"},
      {"severity>=error", R"(severity >= "ERROR")"},
      {"severity >= 17", R"(severity >= "ERROR")"},
      {"severity != fatal", R"(NOT severity = "FATAL")"},
      {"side:client", R"(side = "CLIENT")"},
      {"outcome = success", R"(outcome = "SUCCESS")"},
      {"notice = Text_Redacted", R"(notice = "text_redacted")"},
      {"signature = V1:00000000000000FF", R"(signature = "v1:00000000000000ff")"},
      {"signature=v1:*", R"(signature = "v1:*")"},
      {"message = 'a'", R"(message = "a")"},
      {"attributes.http.status = 503", R"(attributes.http.status = "503")"},
      {"attributes.'two words' = 1", R"(attributes."two words" = "1")"},
      {"trace_id = 4BF92F3577B34DA6A3CE929D0E0E4736", R"(trace_id = "4bf92f3577b34da6a3ce929d0e0e4736")"},
      {"request_id = a=b:c-d", R"(request_id = "a=b:c-d")"},
      {"code < 500", R"(error.code < "500")"},
      // OR binds tighter than neighbours, neighbours tighter than AND.
      {"a b OR c", R"((message : "a" AND (message : "b" OR message : "c")))"},
      {"a AND b OR c", R"((message : "a" AND (message : "b" OR message : "c")))"},
      {"a OR b and c or d", R"(((message : "a" OR message : "b") AND (message : "c" OR message : "d")))"},
      {"(a AND b) OR c", R"(((message : "a" AND message : "b") OR message : "c"))"},
      {"NOT a OR b", R"((NOT message : "a" OR message : "b"))"},
      {"-service = x", R"(NOT service.name = "x")"},
      {"-service != x", R"(service.name = "x")"},
      {"-\"x y\" z", R"((NOT message : "x y" AND message : "z"))"},
      {"-(a b)", R"(NOT (message : "a" AND message : "b"))"},
      {"foo-bar", R"(message : "foo-bar")"},
      // A list of values for one field.
      {"service = (a OR b)", R"((service.name = "a" OR service.name = "b"))"},
      {"signature=(v1:0000000000000001 OR v1:0000000000000002) code=1",
       R"(((signature = "v1:0000000000000001" OR signature = "v1:0000000000000002") AND error.code = "1"))"},
      {"service != (a b)", R"((NOT service.name = "a" AND NOT service.name = "b"))"},
      // Keywords behind a comparator are values.
      {"service = and", R"(service.name = "and")"},
      {R"(message : "say \"hi\" \* \\ end")", R"(message : "say \"hi\" \* \\ end")"},
      {R"(a\b)", R"(message : "a\\b")"},
  };
  for (const Case& c : kCases) EXPECT_EQ(Normalised(c.text), c.normalised) << c.text;
}

TEST(FilterParseTest, NormalisedTextParsesToItself) {
  for (const std::string_view text :
       {"a b OR -c", "service = (a* OR \"b c\") severity>WARN", R"(message:"\\\* \" \n")", "-(x OR y) AND z",
        "attributes.'a \"b' : 'x'", "user_id = alice", "message = ''"}) {
    const std::string once = Normalised(text);
    EXPECT_EQ(Normalised(once), once) << text;
  }
}

TEST(FilterParseTest, KnowsEveryFieldByItsShortNameAndItsOtelName) {
  static constexpr std::array<std::string_view, 2> kNames[] = {{"service", "service.name"},
                                                               {"version", "service.version"},
                                                               {"region", "cloud.region"},
                                                               {"environment", "deployment.environment.name"},
                                                               {"host", "host.name"},
                                                               {"os", "os.name"},
                                                               {"app_version", "app.version"},
                                                               {"carrier", "network.carrier.name"},
                                                               {"endpoint", "endpoint"},
                                                               {"logger", "logger"},
                                                               {"code", "error.code"},
                                                               {"exception", "exception.type"},
                                                               {"rule", "rule"},
                                                               {"format", "format"},
                                                               {"topic", "source"},
                                                               {"severity_text", "severity_text"},
                                                               {"message", "message"},
                                                               {"span_id", "span_id"},
                                                               {"conversation_id", "conversation_id"},
                                                               {"session_id", "session_id"}};
  for (const auto& [given, shown] : kNames) {
    EXPECT_EQ(Normalised(std::string(given) + "=x1"), std::string(shown) + " = \"x1\"");
  }
}

TEST(FilterParseTest, ErrorsNameTheColumnAndWhatWasMeant) {
  static constexpr Case kCases[] = {
      {"servce = x", "filter: column 1: unknown field \"servce\", did you mean service?"},
      {"a AND sevrity > 3", "filter: column 7: unknown field \"sevrity\", did you mean severity?"},
      {"é servce=x", "filter: column 3: unknown field \"servce\", did you mean service?"},
      {"severity >= EROR", "filter: column 13: severity has no value \"EROR\", did you mean ERROR?"},
      {"severity = 25",
       "filter: column 12: severity has no value \"25\"; known are TRACE DEBUG INFO WARN ERROR FATAL "
       "and the numbers 1 to 24"},
      {"side = clinet", "filter: column 8: side has no value \"clinet\", did you mean CLIENT?"},
      {"service == x", "filter: column 10: a second \"=\", did you mean a single \"=\"?"},
      {"a && b", "filter: column 3: \"&&\" is no operator, did you mean AND?"},
      {"a || b", "filter: column 3: \"||\" is no operator, did you mean OR?"},
      {"service ! x", "filter: column 9: \"!\" alone is no comparator, did you mean != or NOT?"},
      {"service <> x", "filter: column 9: \"<>\" is no comparator, did you mean !=?"},
      {"service = ", "filter: column 11: a value is missing behind \"=\""},
      {"(a", "filter: column 1: \"(\" without a \")\" behind it"},
      {"a)", "filter: column 2: \")\" without a \"(\" before it"},
      {"()", "filter: column 2: something is missing before \")\""},
      {"a AND", "filter: column 6: something is missing at the end"},
      {"OR a", "filter: column 1: \"OR\" needs something before it"},
      {"= a", "filter: column 1: \"=\" needs something before it"},
      {"NOT NOT a", "filter: column 5: a second negation; leave both out"},
      {"\"open", "filter: column 1: the quoted text does not end"},
      {R"("bad \q")", R"(filter: column 6: unknown escape; known are \" \' \\ \* \n \t)"},
      {"trace_id < 5", "filter: column 12: trace_id has no order: use =, != or :"},
      {"trace_id = null",
       "filter: column 12: \"null\" cannot be a trace_id: ids have 1 to 128 of the characters "
       "A-Z a-z 0-9 . _ : @ / + = -"},
      {"signature = 12", "filter: column 13: signature \"12\" is not \"v1:\" and 16 hex digits"},
      {"code > 5*", "filter: column 8: a value with * has no order; use = or :"},
      {"time > 5", "filter: column 1: unknown field \"time\"; times are given as the range of the request"},
      {"http.status = 5",
       "filter: column 1: unknown field \"http.status\"; a field of the producer's own is attributes.http.status"},
  };
  for (const Case& c : kCases) EXPECT_EQ(ErrorOf(c.text), c.normalised) << c.text;
}

TEST(FilterParseTest, BoundsLengthAndDepth) {
  EXPECT_EQ(ErrorOf(std::string(4097, 'a')), "filter: 4097 bytes long, at most 4096 are taken");
  EXPECT_THAT(Filter::Parse(std::string(4096, 'a'), nullptr), IsOk());
  const auto nested = [](size_t depth) { return std::string(depth, '(') + "a" + std::string(depth, ')'); };
  EXPECT_THAT(Filter::Parse(nested(32), nullptr), IsOk());
  EXPECT_EQ(ErrorOf(nested(33)), "filter: column 33: more than 32 parentheses deep");
}

TEST(FilterParseTest, KeepsUserIdsOutOfItsText) {
  const Pseudonyms key = TestKey();
  const auto filter = Filter::Parse("user_id = alice", &key);
  ASSERT_THAT(filter, IsOk());
  EXPECT_EQ(filter->ToString(), "user_id = \"" + key.Of("alice") + "\"");
}

TEST(CountFieldTest, KnowsDimensionsAndEnums) {
  const auto service = ParseCountField("service");
  ASSERT_THAT(service, IsOk());
  EXPECT_EQ(service->dimension, store::Dimension::kService);
  const auto side = ParseCountField("Side");
  ASSERT_THAT(side, IsOk());
  EXPECT_EQ(side->kind, FieldReference::Kind::kSide);
}

TEST(CountFieldTest, SaysWhatWasMeant) {
  const auto field = ParseCountField("signatur");
  ASSERT_THAT(field, HasCode(absl::StatusCode::kInvalidArgument));
  EXPECT_EQ(field.status().message(), "unknown field \"signatur\", did you mean signature?");
}

}  // namespace
}  // namespace faultline::query
