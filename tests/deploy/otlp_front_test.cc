// OTLP/gRPC in, over real gRPC and a real producer, before brokers that are away; tests/kafka/otlp_test.py
// has the brokers.
#include "deploy/server/otlp_front.h"

#include <gmock/gmock.h>
#include <grpcpp/create_channel.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <thread>

#include "opentelemetry/proto/collector/logs/v1/logs_service.grpc.pb.h"
#include "opentelemetry/v1/retry.pb.h"
#include "tests/testing/status_matchers.h"

namespace faultline::deploy {
namespace {

namespace collector = opentelemetry::proto::collector::logs::v1;
using ::faultline::testing::IsOk;
using Request = opentelemetry::v1::ExportLogsServiceRequest;

Request Logs(size_t bytes) {
  Request request;
  request.add_resource_logs()->add_scope_logs()->add_log_records()->mutable_body()->set_string_value(
      std::string(bytes, 'x'));
  return request;
}

// What RetryInfo in the error's details says, in milliseconds; -1 without one.
int64_t RetryMs(const grpc::Status& status) {
  opentelemetry::v1::RpcStatus details;
  if (!details.ParseFromString(status.error_details()) || details.details().empty()) return -1;
  if (details.details(0).type_url() != "type.googleapis.com/google.rpc.RetryInfo") return -1;
  opentelemetry::v1::RetryInfo retry;
  if (!retry.ParseFromString(details.details(0).value())) return -1;
  return retry.retry_delay().seconds() * 1'000 + retry.retry_delay().nanos() / 1'000'000;
}

class OtlpFrontTest : public ::testing::Test {
 protected:
  void Start(int64_t max_in_flight, int64_t ack_timeout_ms) {
    ingest::KafkaSinkOptions sink;
    sink.brokers = "127.0.0.1:1";
    sink.topic = "logs.otlp";
    sink.properties["log_level"] = "0";
    sink.max_bytes_in_flight = max_in_flight;
    sink.ack_timeout_ms = ack_timeout_ms;
    auto started = ingest::KafkaSink::Start(sink);
    ASSERT_THAT(started, IsOk());
    sink_ = *std::move(started);
    OtlpFrontOptions options;
    options.address = "127.0.0.1:0";
    options.max_request_bytes = 1 << 20;
    options.max_value_bytes = 10'000;
    options.retry_after_ms = 1'500;
    auto front = OtlpFront::Start(options, *sink_);
    ASSERT_THAT(front, IsOk());
    front_ = *std::move(front);
    stub_ = collector::LogsService::NewStub(
        grpc::CreateChannel("127.0.0.1:" + std::to_string(front_->port()), grpc::InsecureChannelCredentials()));
  }

  grpc::Status Export(const Request& request) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(30));
    return stub_->Export(&context, request, &response_);
  }

  std::unique_ptr<ingest::KafkaSink> sink_;
  std::unique_ptr<OtlpFront> front_;
  std::unique_ptr<collector::LogsService::Stub> stub_;
  collector::ExportLogsServiceResponse response_;
};

TEST_F(OtlpFrontTest, WhatNoBrokerTakesIsToBeSentAgain) {
  Start(1 << 20, 300);
  const grpc::Status status = Export(Logs(100));
  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_THAT(status.error_message(), ::testing::HasSubstr("logs.otlp"));
  EXPECT_EQ(RetryMs(status), 1'500);
  EXPECT_EQ(front_->counters().failed, 1);
  EXPECT_EQ(sink_->bytes_in_flight(), 0);
}

TEST_F(OtlpFrontTest, MoreThanMayBeOnItsWayIsPutOff) {
  Start(/*max_in_flight=*/1'000, 300);
  const grpc::Status status = Export(Logs(2'000));
  EXPECT_EQ(status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(RetryMs(status), 1'500);
  EXPECT_EQ(front_->counters().throttled, 1);
  EXPECT_EQ(sink_->bytes_in_flight(), 0);
}

TEST_F(OtlpFrontTest, ARecordThatIsTooLargeIsRejectedForGood) {
  Start(1 << 20, 300);
  ASSERT_TRUE(Export(Logs(20'000)).ok());
  EXPECT_EQ(response_.partial_success().rejected_log_records(), 1);
  EXPECT_THAT(response_.partial_success().error_message(), ::testing::HasSubstr("10000 bytes"));
  EXPECT_EQ(front_->counters().rejected, 1);
}

TEST_F(OtlpFrontTest, ARequestThatIsTooLargeIsNotToBeSentAgain) {
  Start(1 << 30, 300);
  const grpc::Status status = Export(Logs(2 << 20));
  EXPECT_EQ(status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(RetryMs(status), -1);
}

TEST_F(OtlpFrontTest, NothingIsTakenGladly) {
  Start(1 << 20, 300);
  EXPECT_TRUE(Export({}).ok());
  EXPECT_FALSE(response_.has_partial_success());
}

TEST_F(OtlpFrontTest, StoppingAnswersWhatIsOnItsWay) {
  Start(1 << 20, /*ack_timeout_ms=*/300'000);
  grpc::ClientContext context;
  const Request request = Logs(100);
  std::jthread waiting([&] {
    const grpc::Status status = stub_->Export(&context, request, &response_);
    EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAVAILABLE);
  });
  while (sink_->bytes_in_flight() == 0) std::this_thread::yield();
  sink_->Stop(std::chrono::milliseconds(10));
  waiting.join();
  const grpc::Status after = Export(request);
  EXPECT_EQ(after.error_code(), grpc::StatusCode::UNAVAILABLE);
}

TEST(KafkaSinkTest, RefusesSettingsThatLoseOrDoubleRecords) {
  for (const char* name : {"acks", "enable.idempotence", "message.timeout.ms"}) {
    ingest::KafkaSinkOptions options;
    options.brokers = "127.0.0.1:1";
    options.topic = "t";
    options.properties[name] = "1";
    EXPECT_EQ(ingest::KafkaSink::Start(options).status().code(), absl::StatusCode::kInvalidArgument) << name;
  }
}

}  // namespace
}  // namespace faultline::deploy
