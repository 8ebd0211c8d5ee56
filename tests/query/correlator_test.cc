#include "query/correlator.h"

#include <gmock/gmock.h>

#include <cmath>
#include <random>
#include <string>

#include "tests/query/correlator_fixture.h"

namespace faultline::query {
namespace {

using store::Side;
using ::testing::HasSubstr;
using testing::IsOk;
using ::testing::Not;

TEST_F(CorrelatorTest, AnEmptyStoreHasNoPairs) {
  const v1::CorrelateResponse response = AskAll();
  EXPECT_EQ(response.pairs_size(), 0);
  EXPECT_EQ(response.totals().tests(), 0);
  EXPECT_FALSE(response.completeness().partial());
}

TEST_F(CorrelatorTest, SharedIdsMakeAPairWithItsNumbers) {
  AddLinked(20);
  Add({.at_us = kSecond, .message_id = "alone"});
  Add({.side = Side::kServer, .signature = kServerSignature, .at_us = kSecond, .message_id = "hidden"});
  AddAttempts(1000);
  fixture_.Seal();
  const v1::CorrelateResponse response = Ask({});
  ASSERT_EQ(response.pairs_size(), 1);
  const v1::CorrelatedPair& pair = response.pairs(0);
  EXPECT_EQ(pair.together(), 20);
  EXPECT_EQ(pair.client_only(), 1);
  EXPECT_EQ(pair.server_only(), 1);
  EXPECT_NEAR(pair.expected(), 21.0 * 21 / 1000, 1e-9);
  EXPECT_TRUE(pair.significant());
  EXPECT_EQ(pair.median_lag_seconds(), 2);
  EXPECT_EQ(pair.client().signature(), "v1:00000000000000c1");
  EXPECT_EQ(pair.server().service(), "mailbox");
  EXPECT_EQ(pair.client().exemplar(), "send failed");
  EXPECT_EQ(pair.server().exemplar(), "write failed");
  EXPECT_EQ(pair.exemplar_id().value(), "m0");
  EXPECT_EQ(pair.exemplar_id().kind(), v1::ID_KIND_MESSAGE);
}

TEST_F(CorrelatorTest, TheSummaryHasTheNumbersAndNamesNoCause) {
  AddLinked(20);
  AddAttempts(1000);
  const v1::CorrelateResponse response = Ask({});
  ASSERT_EQ(response.pairs_size(), 1);
  const std::string& summary = response.pairs(0).summary();
  EXPECT_THAT(summary, HasSubstr("together 20, expected 0.4 "));
  EXPECT_THAT(summary, HasSubstr("accompanies 100 % of these client failures"));
  EXPECT_THAT(summary, HasSubstr("server first by 2 s (median)"));
  EXPECT_THAT(summary, Not(HasSubstr("cause")));
}

TEST_F(CorrelatorTest, RetriesOfOneUnitCountOnce) {
  AddLinked(5);
  AddLinked(5);
  const v1::CorrelateResponse response = AskAll();
  ASSERT_EQ(response.pairs_size(), 1);
  EXPECT_EQ(response.pairs(0).together(), 5);
  EXPECT_EQ(response.totals().client_units(), 5);
  EXPECT_EQ(response.totals().linked_units(), 5);
}

TEST_F(CorrelatorTest, EventsBelowErrorFormNoPair) {
  Add({.side = Side::kServer, .signature = kServerSignature, .message_id = "m", .severity = 9});
  Add({.message_id = "m"});
  EXPECT_EQ(AskAll().pairs_size(), 0);
}

TEST_F(CorrelatorTest, BothDirectionsGiveTheSameCounts) {
  AddLinked(12);
  Add({.signature = kOtherClient, .message_id = "m3"});
  AddAttempts(1000);
  Correlator::Question by_client, by_server;
  by_client.all_pairs = by_server.all_pairs = true;
  by_client.client_filter = Parsed("signature = \"v1:00000000000000c1\"");
  by_server.server_filter = Parsed("signature = \"v1:0000000000000051\"");
  const v1::CorrelateResponse from_client = Ask(by_client), from_server = Ask(by_server), all = AskAll();
  ASSERT_EQ(from_client.pairs_size(), 1);
  ASSERT_EQ(from_server.pairs_size(), 2);
  ASSERT_EQ(all.pairs_size(), 2);
  for (const v1::CorrelateResponse* response : {&from_client, &from_server}) {
    EXPECT_EQ(response->pairs(0).together(), all.pairs(0).together());
    EXPECT_EQ(response->pairs(0).client_only(), all.pairs(0).client_only());
    EXPECT_EQ(response->pairs(0).server_only(), all.pairs(0).server_only());
    EXPECT_EQ(response->pairs(0).expected(), all.pairs(0).expected());
  }
  EXPECT_EQ(from_client.totals().tests(), 1);
}

TEST_F(CorrelatorTest, AFilterOfAnotherFieldLimitsItsSideOnly) {
  for (int i = 0; i < 6; ++i) {
    const std::string id = "m" + std::to_string(i);
    Add({.side = Side::kServer, .signature = kServerSignature, .message_id = id, .region = i < 2 ? "eu" : "us"});
    Add({.message_id = id, .region = i < 2 ? "eu" : "us"});
  }
  Correlator::Question question;
  question.all_pairs = true;
  question.client_filter = Parsed("cloud.region = \"eu\"");
  const v1::CorrelateResponse response = Ask(question);
  ASSERT_EQ(response.pairs_size(), 1);
  EXPECT_EQ(response.pairs(0).together(), 2);
  EXPECT_EQ(response.pairs(0).client().units(), 2);
  EXPECT_EQ(response.pairs(0).server().units(), 6);
  EXPECT_EQ(response.totals().client_units(), 2);
}

TEST_F(CorrelatorTest, BothEventsOfAPairLieInTheWindow) {
  Add({.side = Side::kServer, .signature = kServerSignature, .at_us = 0, .message_id = "m"});
  Add({.at_us = 10 * kSecond, .message_id = "m"});
  Correlator::Question question;
  question.all_pairs = true;
  question.range = {kNewYear, kNewYear + 10 * kSecond};  // the end is excluded
  EXPECT_EQ(Ask(question).pairs_size(), 0);
  question.range.end_us += 1;
  EXPECT_EQ(Ask(question).pairs_size(), 1);
}

TEST_F(CorrelatorTest, AnIdThatIdentifiesNothingIsListedAndFormsNoPair) {
  for (int i = 0; i < 70; ++i) {
    Add({.side = i % 2 == 0 ? Side::kClient : Side::kServer, .at_us = i, .trace_id = "session-long"});
  }
  const v1::CorrelateResponse response = AskAll();
  EXPECT_EQ(response.pairs_size(), 0);
  ASSERT_EQ(response.not_identifying_size(), 1);
  EXPECT_EQ(response.not_identifying(0).id().value(), "session-long");
  EXPECT_EQ(response.not_identifying(0).id().kind(), v1::ID_KIND_TRACE);
  EXPECT_EQ(response.not_identifying(0).events(), 70);
}

TEST_F(CorrelatorTest, EventsWithoutAnIdAreCountedApart) {
  Add({});
  Add({});
  Add({.side = Side::kServer, .signature = kServerSignature});
  const v1::CorrelateResponse response = AskAll();
  EXPECT_EQ(response.totals().client_events_without_id(), 2);
  EXPECT_EQ(response.totals().server_events_without_id(), 1);
  EXPECT_EQ(response.totals().client_units(), 2);
}

TEST_F(CorrelatorTest, TotalsAreTheSameWithAFilterThatLetsAllThrough) {
  AddLinked(7);
  Add({.side = Side::kServer, .signature = kServerSignature});
  Add({.side = Side::kServer, .signature = kServerSignature, .at_us = 90 * kSecond, .message_id = "outside"});
  Correlator::Question question;
  question.range = {kNewYear, kNewYear + kMinute};
  const v1::CorrelateTotals whole = Ask(question).totals();
  question.server_filter = Parsed("side = SERVER");
  EXPECT_EQ(Ask(question).totals().SerializeAsString(), whole.SerializeAsString());
  EXPECT_EQ(whole.server_units(), 8);
  EXPECT_EQ(whole.server_events_without_id(), 1);
}

TEST_F(CorrelatorTest, WhatOnlyCoincidesInAStormIsNotSignificant) {
  // One minute in one region in which 1,000 of 2,000 units fail on either side, independently.
  std::mt19937 random(7);
  for (int i = 0; i < 2000; ++i) {
    const std::string id = "m" + std::to_string(i);
    if (random() % 2 == 0) Add({.at_us = i * 20'000, .message_id = id, .region = "eu"});
    if (random() % 2 == 0) {
      Add({.side = Side::kServer,
           .signature = kServerSignature,
           .at_us = i * 20'000,
           .message_id = id,
           .region = "eu"});
    }
  }
  fixture_.AddAttempts(kFirstMinute, "eu", 2000);
  for (int64_t minute = 0; minute < 60; ++minute) fixture_.AddAttempts(kFirstMinute + minute, "us", 1'000'000);
  fixture_.Seal();
  const v1::CorrelateResponse response = AskAll();
  ASSERT_EQ(response.pairs_size(), 1);
  EXPECT_NEAR(response.pairs(0).lift(), 1, 0.15);
  EXPECT_FALSE(response.pairs(0).significant());
}

TEST_F(CorrelatorTest, WithoutAttemptsTheUnitsSeenAreTakenAndItIsSaid) {
  AddLinked(8);
  const v1::CorrelateResponse response = AskAll();
  EXPECT_FALSE(response.totals().attempts_known());
  EXPECT_EQ(response.pairs(0).expected(), 8);  // among 8 failing units all 8 have both
  EXPECT_THAT(response.pairs(0).summary(), HasSubstr("attempts are not known"));
}

TEST_F(CorrelatorTest, AttemptsFewerThanFailuresAreNotBelieved) {
  AddLinked(8);
  AddAttempts(1);
  const v1::CorrelateResponse response = AskAll();
  EXPECT_FALSE(response.totals().attempts_known());
  EXPECT_EQ(response.pairs(0).expected(), 8);
}

TEST_F(CorrelatorTest, AttemptsOfZeroAndUnknownRegionsGiveNumbersStill) {
  AddLinked(4);
  Add({.at_us = 0, .message_id = "a", .region = "eu"});
  Add({.side = Side::kServer, .signature = kServerSignature, .at_us = 0, .message_id = "b", .region = "us"});
  fixture_.AddAttempts(kFirstMinute, "eu", 0);
  fixture_.Seal();
  const v1::CorrelateResponse response = AskAll();
  ASSERT_EQ(response.pairs_size(), 1);
  const v1::CorrelatedPair& pair = response.pairs(0);
  for (const double value : {pair.expected(), pair.lift(), pair.lift_low(), pair.lift_high(), pair.score()}) {
    EXPECT_TRUE(std::isfinite(value));
  }
  EXPECT_GT(pair.expected(), 0);
}

TEST_F(CorrelatorTest, AttemptsThatComeLaterChangeTheNextAnswer) {
  AddLinked(8);
  EXPECT_FALSE(AskAll().totals().attempts_known());
  AddAttempts(1000);
  EXPECT_TRUE(AskAll().totals().attempts_known());
  AddAttempts(1000);  // the cells add up
  EXPECT_NEAR(AskAll().pairs(0).expected(), 8.0 * 8 / 2000, 1e-9);
}

TEST_F(CorrelatorTest, RowsAreOrderedByScoreAndOnlySignificantOnesAreShownUnlessAsked) {
  AddLinked(20);
  Add({.signature = kOtherClient, .message_id = "m3"});
  AddAttempts(1000);
  const v1::CorrelateResponse all = AskAll();
  ASSERT_EQ(all.pairs_size(), 2);
  EXPECT_GT(all.pairs(0).score(), all.pairs(1).score());
  EXPECT_FALSE(all.pairs(1).significant());  // once is no evidence
  EXPECT_EQ(Ask({}).pairs_size(), 1);
  EXPECT_EQ(all.totals().pairs(), 2);
  EXPECT_EQ(all.totals().significant_pairs(), 1);
  EXPECT_EQ(all.totals().tests(), 2);
}

TEST_F(CorrelatorTest, SignaturesAreListedWithLinesUnitsAndTexts) {
  AddLinked(3);
  AddLinked(3);
  Add({.signature = kOtherClient, .at_us = 5 * kMinute});
  Add({.side = Side::kServer, .signature = 0x99, .severity = 9});  // no failure
  store::SignatureDefinition definition;
  definition.signature = kClientSignature;
  definition.title = "send failed";
  definition.origin = "message";
  fixture_.Define(definition);
  fixture_.Seal();
  const auto response = correlator_->ListSignatures({}, Filter(), QueryControl());
  ASSERT_THAT(response, IsOk());
  ASSERT_EQ(response->signatures_size(), 3);
  EXPECT_EQ(response->total_size(), 3);
  const v1::Signature& server = response->signatures(0);  // equal lines: by signature
  EXPECT_EQ(server.signature(), "v1:0000000000000051");
  const v1::Signature& client = response->signatures(1);
  EXPECT_EQ(client.side(), "CLIENT");
  EXPECT_EQ(client.lines(), 6);
  EXPECT_EQ(client.units(), 3);
  EXPECT_EQ(client.title(), "send failed");
  EXPECT_EQ(client.origin(), "message");
  EXPECT_EQ(client.exemplar(), "send failed");
  EXPECT_EQ(client.service(), "app");
  EXPECT_EQ(client.first_time().seconds(), (kNewYear + 2 * kSecond) / kSecond);
  EXPECT_EQ(client.last_time().seconds(), (kNewYear + 4 * kSecond) / kSecond);
}

TEST_F(CorrelatorTest, AFilterLimitsTheSignaturesListed) {
  AddLinked(3);
  const auto response = correlator_->ListSignatures({}, Parsed("side = CLIENT"), QueryControl());
  ASSERT_THAT(response, IsOk());
  ASSERT_EQ(response->signatures_size(), 1);
  EXPECT_EQ(response->signatures(0).lines(), 3);
}

}  // namespace
}  // namespace faultline::query
