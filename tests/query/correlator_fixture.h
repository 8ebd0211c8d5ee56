// A store of linked and unlinked failures, and a correlator to ask about them.
#pragma once

#include <gmock/gmock.h>

#include <memory>
#include <string>

#include "query/correlator.h"
#include "tests/query/store_fixture.h"

namespace faultline::query {

inline constexpr uint64_t kClientSignature = 0xc1, kOtherClient = 0xc2, kServerSignature = 0x51;
inline constexpr int64_t kMinute = 60 * kSecond;
inline constexpr int64_t kFirstMinute = kNewYear / kMinute;

// An event as a test tells it; strings outlive the events.
struct Told {
  store::Side side = store::Side::kClient;
  uint64_t signature = kClientSignature;
  int64_t at_us = 0;  // after the new year
  std::string message_id = {};
  std::string trace_id = {};
  std::string region = {};
  uint8_t severity = store::kErrorSeverity;
  bool success = false;
  std::string session = {};
  int64_t clock_offset_us = 0;  // received - sent, that the parser added to the claimed time
  std::string environment = {}, app_version = {}, endpoint = {};
  bool sampled = false;
};

inline store::Event ToEvent(const Told& told) {
  store::Event event;
  event.time_us = kNewYear + told.at_us;
  event.side = told.side;
  event.signature = told.signature;
  event.severity = told.severity;
  event.message = told.side == store::Side::kClient ? "send failed" : "write failed";
  SetDimension(event, store::Dimension::kService, told.side == store::Side::kClient ? "app" : "mailbox");
  SetDimension(event, store::Dimension::kRegion, told.region);
  SetDimension(event, store::Dimension::kEnvironment, told.environment);
  SetDimension(event, store::Dimension::kAppVersion, told.app_version);
  SetDimension(event, store::Dimension::kEndpoint, told.endpoint);
  if (told.success) event.outcome = store::Outcome::kSuccess;
  if (told.sampled) event.flags |= store::kSampled;
  if (told.clock_offset_us != 0) {
    event.claimed_time_us = event.time_us - told.clock_offset_us;
    event.received_time_us = event.time_us + kSecond;
  }
  SetId(event, store::IdKind::kSession, told.session);
  SetId(event, store::IdKind::kMessage, told.message_id);
  SetId(event, store::IdKind::kTrace, told.trace_id);
  return event;
}

class CorrelatorTest : public ::testing::Test {
 protected:
  void Add(const Told& told) { fixture_.Add(ToEvent(told)); }
  // `count` units with both failures, one a second, and attempts enough that chance gives none.
  void AddLinked(int count) {
    for (int i = 0; i < count; ++i) {
      const std::string id = "m" + std::to_string(i);
      Add({.side = store::Side::kServer, .signature = kServerSignature, .at_us = i * kSecond, .message_id = id});
      Add({.at_us = i * kSecond + 2 * kSecond, .message_id = id});
    }
  }
  void AddAttempts(int64_t count) {
    for (int64_t minute = 0; minute < 60; ++minute) fixture_.AddAttempts(kFirstMinute + minute, "", count);
    fixture_.Seal();  // until then attempts cannot be read
  }
  v1::CorrelateResponse Ask(const Correlator::Question& question) {
    auto response = correlator_->Correlate(question, QueryControl());
    EXPECT_THAT(response, testing::IsOk());
    return response.ok() ? *response : v1::CorrelateResponse();
  }
  v1::CorrelateResponse AskAll() {
    Correlator::Question question;
    question.all_pairs = true;
    return Ask(question);
  }
  static Filter Parsed(const std::string& text) {
    auto filter = Filter::Parse(text, nullptr);
    EXPECT_THAT(filter, testing::IsOk());
    return filter.ok() ? *filter : Filter();
  }

  StoreFixture fixture_;
  std::unique_ptr<Correlator> correlator_ = Correlator::Create({}, fixture_.store());
};

}  // namespace faultline::query
