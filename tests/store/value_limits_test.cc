// What comes beyond the limits of a store is kept whole and counts as others, whatever happens to the process.
#include "store/value_limits.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <numeric>
#include <string>
#include <vector>

#include "base/varint.h"
#include "store/writer.h"
#include "tests/store/store_checks.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"

namespace faultline::store {
namespace {

using ::faultline::testing::AddRecord;
using ::faultline::testing::IsOk;
using ::faultline::testing::NewStream;
using ::faultline::testing::OnDisk;
using ::faultline::testing::TempDir;

constexpr int64_t kLimit = 100;
constexpr int kDistinct = 1'000;

std::string AttributeOf(std::string_view attributes, std::string_view key) {
  std::string_view name, value;
  while (ReadString(attributes, name) && ReadString(attributes, value)) {
    if (name == key) return std::string(value);
  }
  return "";
}

class ValueLimitsTest : public ::testing::Test {
 protected:
  void SetUp() override { Open(); }
  // As after a kill when the writer was not closed: what was not sealed is gone.
  void Open() {
    writer_.reset();
    store_.reset();
    StoreOptions options = OnDisk(dir_ / "store");
    options.background = false;
    options.merge_fan_in = 2;
    auto store = Store::Open(options);
    ASSERT_THAT(store, IsOk());
    store_ = *std::move(store);
    WriterOptions limits;
    limits.max_signatures = kLimit;
    limits.max_values = kLimit;
    auto writer = Writer::Start(limits, *store_);
    ASSERT_THAT(writer, IsOk());
    writer_ = *std::move(writer);
    stream_ = writer_->AddStream(NewStream("s"));
  }
  // Event `i`: a signature, service and message of its own.
  void AddEvent(int i) {
    SignatureDefinition definition;
    definition.signature = 1'000'000 + static_cast<uint64_t>(i);
    definition.title = "title";
    if (writer_->WantsSignature(definition.signature)) writer_->AddSignature(definition);
    Event event;
    event.time_us = 1'767'225'600'000'000 + i;
    event.side = Side::kServer;
    event.signature = definition.signature;
    const std::string service = "service " + std::to_string(i), message = "message " + std::to_string(i);
    event.dimensions[static_cast<size_t>(Dimension::kService)] = service;
    event.dimensions[static_cast<size_t>(Dimension::kHost)] = "the host";
    event.message = message;
    std::string attributes;
    for (const std::string_view text : {"a", "1", "z", "2"}) AppendString(attributes, text);
    event.attributes = attributes;
    ASSERT_THAT(AddRecord(*writer_, stream_, {&event, 1}), IsOk());
  }
  std::vector<OwnedEvent> ReadAll() {
    std::vector<OwnedEvent> all;
    for (const auto& segment : store_->view()->segments) {
      std::vector<uint32_t> ordinals(segment->size());
      std::iota(ordinals.begin(), ordinals.end(), 0);
      auto events = segment->ReadEvents(ordinals);
      EXPECT_THAT(events, IsOk());
      for (OwnedEvent& event : *events) all.push_back(std::move(event));
    }
    return all;
  }
  OtherValues OtherOf(const std::string& what) {
    const auto others = store_->ReadOther();
    EXPECT_THAT(others, IsOk());
    for (const OtherValues& other : *others) {
      if (other.what == what) return other;
    }
    return {};
  }
  void ExpectEverything() {
    const std::vector<OwnedEvent> events = ReadAll();
    ASSERT_EQ(events.size(), static_cast<size_t>(kDistinct));
    for (int i = 0; i < kDistinct; ++i) {
      const Event& event = events[static_cast<size_t>(i)].event;
      const std::string own = "service " + std::to_string(i);
      const uint64_t signature = 1'000'000 + static_cast<uint64_t>(i);
      const bool known = i < kLimit;
      EXPECT_EQ(event.message, "message " + std::to_string(i));
      EXPECT_EQ(event.dimension(Dimension::kService), known ? own : kOtherValue);
      EXPECT_EQ(event.dimension(Dimension::kHost), "the host");
      EXPECT_EQ(event.signature, known ? signature : OtherSignature(Side::kServer));
      EXPECT_EQ(AttributeOf(event.attributes, "other.service.name"), known ? "" : own);
      EXPECT_EQ(AttributeOf(event.attributes, "other.signature"), known ? "" : FormatSignature(signature));
      EXPECT_EQ(AttributeOf(event.attributes, "a") + AttributeOf(event.attributes, "z"), "12");
    }
    for (const std::string what : {"signature", "service.name"}) {
      const OtherValues other = OtherOf(what);
      EXPECT_EQ(other.limit, kLimit) << what;
      EXPECT_EQ(other.known, kLimit) << what;
      EXPECT_EQ(other.events, kDistinct - kLimit) << what;
      EXPECT_NEAR(other.distinct.Estimate(), kDistinct - kLimit, 0.05 * kDistinct) << what;
    }
    EXPECT_EQ(OtherOf("host.name").events, 0);
    EXPECT_EQ(OtherOf("host.name").known, 1);
    const auto definition = store_->FindSignature(OtherSignature(Side::kServer));
    ASSERT_THAT(definition, IsOk());
    ASSERT_TRUE(definition->has_value());
    EXPECT_EQ((*definition)->title, "(other) messages beyond the limit of 100 signatures");
  }

  TempDir dir_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<Writer> writer_;
  uint32_t stream_ = 0;
};

TEST_F(ValueLimitsTest, EverythingIsReadableAndTheRestCountsAsOthers) {
  for (int i = 0; i < kDistinct; ++i) AddEvent(i);
  ASSERT_THAT(writer_->Flush(), IsOk());
  ExpectEverything();
}

TEST_F(ValueLimitsTest, ARestartAndAMergeChangeNothing) {
  for (int i = 0; i < kDistinct; ++i) {
    AddEvent(i);
    if (i % 90 != 0) continue;
    ASSERT_THAT(writer_->Close(), IsOk());
    Open();
  }
  ASSERT_THAT(writer_->Flush(), IsOk());
  ASSERT_GT(store_->view()->segments.size(), 2u);
  ExpectEverything();
  ASSERT_THAT(store_->Settle(), IsOk());
  ExpectEverything();
}

TEST_F(ValueLimitsTest, WhatWasNotSealedIsTreatedAgainAsTheFirstTime) {
  for (int i = 0; i < kDistinct;) {
    // Lost with the process, and read again.
    for (int lost = i; lost < std::min(i + 37, kDistinct); ++lost) AddEvent(lost);
    Open();
    for (const int end = std::min(i + 150, kDistinct); i < end; ++i) AddEvent(i);
    ASSERT_THAT(writer_->Flush(), IsOk());
  }
  ExpectEverything();
}

TEST_F(ValueLimitsTest, BelowTheLimitNothingIsSaid) {
  for (int i = 0; i < kLimit; ++i) AddEvent(i % 50);
  ASSERT_THAT(writer_->Flush(), IsOk());
  EXPECT_EQ(OtherOf("signature").known, 50);
  EXPECT_EQ(OtherOf("signature").events, 0);
  EXPECT_TRUE(OtherOf("signature").distinct.empty());
  for (const OwnedEvent& event : ReadAll()) EXPECT_EQ(AttributeOf(event.event.attributes, "other.signature"), "");
}

TEST_F(ValueLimitsTest, AttemptsCountUnderTheValuesOfFailures) {
  for (int i = 0; i < kDistinct; ++i) AddEvent(i);
  const std::string known = "service 3", unknown = "service " + std::to_string(kDistinct - 1);
  std::vector<Attempts> attempts(3);
  for (size_t i = 0; i < attempts.size(); ++i) {
    attempts[i].operation = "send";
    attempts[i].count = 10;
    attempts[i].dimensions[static_cast<size_t>(Dimension::kService)] = i == 0 ? known : unknown;
  }
  RecordOutcome outcome;
  outcome.stream = stream_;
  outcome.offset = writer_->PositionOf(stream_).next_offset;
  outcome.next_offset = outcome.offset + 1;
  outcome.attempts = attempts;
  ASSERT_THAT(writer_->Add(outcome), IsOk());
  ASSERT_THAT(writer_->Flush(), IsOk());
  const auto cells = store_->ReadAttempts(0, 1);
  ASSERT_THAT(cells, IsOk());
  std::map<std::string, int64_t> counts;
  for (const AttemptsCell& cell : *cells) {
    counts[cell.dimensions[static_cast<size_t>(Dimension::kService)]] = cell.count;
  }
  EXPECT_EQ(counts, (std::map<std::string, int64_t>{{known, 10}, {std::string(kOtherValue), 20}}));
  EXPECT_EQ(OtherOf("service.name").events, kDistinct - kLimit);  // of failures alone
}

TEST_F(ValueLimitsTest, AttemptsAloneAreLimitedToo) {
  for (int i = 0; i < kDistinct; ++i) {
    const std::string service = "service " + std::to_string(i);
    Attempts attempts;
    attempts.operation = "send";
    attempts.count = 1;
    attempts.dimensions[static_cast<size_t>(Dimension::kService)] = service;
    RecordOutcome outcome;
    outcome.stream = stream_;
    outcome.offset = writer_->PositionOf(stream_).next_offset;
    outcome.next_offset = outcome.offset + 1;
    outcome.attempts = {&attempts, 1};
    ASSERT_THAT(writer_->Add(outcome), IsOk());
  }
  ASSERT_THAT(writer_->Flush(), IsOk());
  const auto cells = store_->ReadAttempts(0, 1);
  ASSERT_THAT(cells, IsOk());
  EXPECT_EQ(cells->size(), static_cast<size_t>(kLimit) + 1);
  int64_t count = 0;
  for (const AttemptsCell& cell : *cells) count += cell.count;
  EXPECT_EQ(count, kDistinct);
}

TEST(WithAttributeTest, KeepsTheOrderAndReplaces) {
  std::string attributes;
  for (const std::string_view text : {"a", "1", "m", "2", "z", "3"}) AppendString(attributes, text);
  const auto keys = [](std::string_view from) {
    std::string all;
    std::string_view name, value;
    while (ReadString(from, name) && ReadString(from, value)) all += std::string(name) + "=" + std::string(value) + " ";
    return all;
  };
  EXPECT_EQ(keys(WithAttribute(attributes, "b", "x")), "a=1 b=x m=2 z=3 ");
  EXPECT_EQ(keys(WithAttribute(attributes, "zz", "x")), "a=1 m=2 z=3 zz=x ");
  EXPECT_EQ(keys(WithAttribute(attributes, "m", "x")), "a=1 m=x z=3 ");
  EXPECT_EQ(keys(WithAttribute("", "m", "x")), "m=x ");
}

}  // namespace
}  // namespace faultline::store
