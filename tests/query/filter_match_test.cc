#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/varint.h"
#include "query/filter.h"
#include "query/scan.h"
#include "tests/query/store_fixture.h"

namespace faultline::query {
namespace {

using ::faultline::testing::IsOk;
using store::Dimension;
using store::IdKind;
using ::testing::ElementsAreArray;

constexpr std::string_view kTrace = "4bf92f3577b34da6a3ce929d0e0e4736";

Pseudonyms TestKey() { return Pseudonyms::FromKey(std::array<unsigned char, 32>{7}); }

// Five events, number = sequence.
void AddEvents(StoreFixture& fixture) {
  store::Event event;
  event.time_us = kNewYear;
  event.side = store::Side::kClient;
  event.severity = 17;
  event.signature = 0x11;
  event.message = "Read TIMEOUT after 5000 ms";
  SetDimension(event, Dimension::kService, "mobile");
  SetDimension(event, Dimension::kAppVersion, "5.9.1");
  SetId(event, IdKind::kTrace, kTrace);
  SetId(event, IdKind::kUser, fixture.Keep(TestKey().Of("alice")));
  EXPECT_EQ(fixture.Add(event), 0u);

  event = {};
  event.time_us = kNewYear + kSecond;
  event.side = store::Side::kServer;
  event.severity = 21;
  event.signature = 0x22;
  event.message = "upstream connect error";
  event.exception_message = "no healthy upstream";
  SetDimension(event, Dimension::kService, "gateway");
  SetDimension(event, Dimension::kErrorCode, "503");
  SetId(event, IdKind::kTrace, kTrace);
  SetId(event, IdKind::kMessage, "m-100");
  EXPECT_EQ(fixture.Add(event), 1u);

  event = {};
  event.time_us = kNewYear + 2 * kSecond;
  event.side = store::Side::kServer;
  event.severity = 13;
  event.message = "slow query";
  event.flags = store::kTextRedacted;
  SetDimension(event, Dimension::kService, "auth");
  SetDimension(event, Dimension::kErrorCode, "ESLOW");
  std::string attributes;
  for (const std::string_view text : {"db.statement", "select *", "http.status", "200"}) {
    AppendString(attributes, text);
  }
  event.attributes = fixture.Keep(attributes);
  EXPECT_EQ(fixture.Add(event), 2u);

  event = {};
  event.time_us = kNewYear + 3 * kSecond;
  event.side = store::Side::kClient;
  event.outcome = store::Outcome::kSuccess;
  event.message = "sent";
  SetDimension(event, Dimension::kService, "mobile");
  SetDimension(event, Dimension::kAppVersion, "5.10.0");
  SetId(event, IdKind::kMessage, "m-200");
  EXPECT_EQ(fixture.Add(event), 3u);

  event = {};
  event.time_us = kNewYear + 4 * kSecond;
  event.message = "gateway: timeout while reading (100% *)";
  event.severity = 17;
  event.signature = 0x11;
  SetDimension(event, Dimension::kErrorCode, "99");
  EXPECT_EQ(fixture.Add(event), 4u);
}

struct Case {
  std::string_view filter;
  std::vector<uint64_t> expected;
};

const Case kCases[] = {
    {"", {0, 1, 2, 3, 4}},
    {"service = mobile", {0, 3}},
    {"service = Mobile", {}},
    {"service : MOB", {0, 3}},
    {"service = g*", {1}},
    {"service = *", {0, 1, 2, 3}},
    {"-service:*", {4}},
    {"service != mobile", {1, 2, 4}},
    {"service = absent", {}},
    {"service = absent OR severity = FATAL", {1}},
    {"side = client", {0, 3}},
    {"side = unspecified", {4}},
    {"severity >= ERROR", {0, 1, 4}},
    {"severity < ERROR", {2}},
    {"NOT severity >= TRACE", {3}},
    {"severity = 13", {2}},
    {"outcome = SUCCESS", {3}},
    {"notice = text_redacted", {2}},
    {"notice = time_skewed", {}},
    {"signature = v1:0000000000000011", {0, 4}},
    {"signature = v1:0000000000000099", {}},
    {"signature = v1:*22", {1}},
    {"signature:*", {0, 1, 4}},
    {"trace_id = 4BF92F35-77B3-4DA6-A3CE-929D0E0E4736", {0, 1}},
    {"trace_id = 4bf92f3577b34da6a3ce929d0e0e4737", {}},
    {"message_id = m-*", {1, 3}},
    {"-message_id:*", {0, 2, 4}},
    {"message_id = m-100 OR message_id = m-200", {1, 3}},
    // The same text is no id of another kind.
    {"request_id = m-100", {}},
    {"user_id = alice", {0}},
    {"user_id = bob", {}},
    {"timeout", {0, 4}},
    {"timeout AND side = client", {0}},
    {"message : \"timeout after\"", {0}},
    {"message = sent", {3}},
    {"message = \"*timeout*\"", {4}},
    {"\"\\*)\"", {4}},
    {"-timeout", {1, 2, 3}},
    {"exception.message : healthy", {1}},
    {"attributes.http.status = 200", {2}},
    {"attributes.http.status < 1000", {2}},
    {"attributes.http.status > 200", {}},
    {"attributes.db.statement : SELECT", {2}},
    {"attributes.none:*", {}},
    {"app_version < 5.10.0", {0}},
    {"app_version >= 5.9.1", {0, 3}},
    {"code >= 100", {1}},
    {"code < 100", {4}},
    {"service = (gateway OR auth)", {1, 2}},
    {"timeout service = mobile OR service = gateway", {0}},
    {"(timeout AND service = mobile) OR service = gateway", {0, 1}},
    {"NOT (timeout OR sent)", {1, 2}},
    {"attributes.http.status = 200 OR upstream OR severity = 17", {0, 1, 2, 4}},
};

std::vector<uint64_t> Matching(const store::View& view, std::string_view text) {
  const Pseudonyms key = TestKey();
  const auto filter = Filter::Parse(text, &key);
  EXPECT_THAT(filter, IsOk()) << text;
  std::vector<uint64_t> found;
  ScanResult result;
  const auto visit = [&](const store::Segment& segment, const store::Columns& columns, std::span<const uint32_t> hits) {
    for (const uint32_t hit : hits) found.push_back(segment.base_sequence() + columns.first_ordinal + hit);
    return true;
  };
  EXPECT_THAT(Scan(view, {}, *filter, 0, false, {}, visit, result), IsOk()) << text;
  return found;
}

TEST(FilterMatchTest, FindsTheSameEventsInTheOpenSegmentAndInASealedOne) {
  StoreFixture fixture;
  AddEvents(fixture);
  for (const Case& c : kCases) {
    EXPECT_THAT(Matching(*fixture.view(), c.filter), ElementsAreArray(c.expected)) << "open: " << c.filter;
  }
  fixture.Seal();
  for (const Case& c : kCases) {
    EXPECT_THAT(Matching(*fixture.view(), c.filter), ElementsAreArray(c.expected)) << "sealed: " << c.filter;
  }
}

TEST(FilterMatchTest, AnIdThatASegmentLacksRulesItOutBeforeAnythingIsRead) {
  StoreFixture fixture;
  AddEvents(fixture);
  fixture.Seal();
  const auto view = fixture.view();
  const auto may_match = [&](std::string_view text) {
    const auto filter = Filter::Parse(text, nullptr);
    const auto bound = filter->Bind(*view->segments.front());
    EXPECT_THAT(bound, IsOk());
    return (*bound)->MayMatch();
  };
  EXPECT_FALSE(may_match("trace_id = 00000000000000000000000000000001"));
  EXPECT_FALSE(may_match("service = absent AND timeout"));
  EXPECT_FALSE(may_match("signature = v1:0000000000000099"));
  EXPECT_TRUE(may_match("service = absent OR timeout"));
  EXPECT_TRUE(may_match("NOT service = absent"));
}

TEST(FilterMatchTest, EventsThatComeAfterBindingAreLeftOut) {
  StoreFixture fixture;
  store::Event event;
  event.time_us = kNewYear;
  SetDimension(event, Dimension::kService, "first");
  fixture.Add(event);
  const auto view = fixture.view();
  std::vector<uint64_t> found;
  ScanResult result;
  const auto visit = [&](const store::Segment&, const store::Columns& columns, std::span<const uint32_t> hits) {
    for (const uint32_t hit : hits) found.push_back(columns.first_ordinal + hit);
    SetDimension(event, Dimension::kService, fixture.Keep("later" + std::to_string(found.size())));
    if (found.size() < 3) fixture.Add(event);
    return true;
  };
  const auto filter = Filter::Parse("service != none", nullptr);
  ASSERT_THAT(Scan(*view, {}, *filter, 0, false, {}, visit, result), IsOk());
  EXPECT_THAT(found, ::testing::ElementsAre(0));
}

}  // namespace
}  // namespace faultline::query
