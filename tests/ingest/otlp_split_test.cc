#include "ingest/otlp_split.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

namespace faultline::ingest {
namespace {

namespace otlp = opentelemetry::v1;

otlp::ExportLogsServiceRequest Parse(const std::string& value) {
  otlp::ExportLogsServiceRequest request;
  EXPECT_TRUE(request.ParseFromString(value));
  return request;
}

// "service/scope/body" of every log record, in order.
std::vector<std::string> Texts(const otlp::ExportLogsServiceRequest& request) {
  std::vector<std::string> texts;
  for (const auto& resource : request.resource_logs()) {
    for (const auto& scope : resource.scope_logs()) {
      for (const auto& record : scope.log_records()) {
        texts.push_back(resource.resource().attributes(0).value().string_value() + "/" + scope.scope().name() + "/" +
                        record.body().string_value());
      }
    }
  }
  return texts;
}

otlp::ExportLogsServiceRequest Request(int resources, int scopes, int records, std::mt19937& random) {
  otlp::ExportLogsServiceRequest request;
  for (int r = 0; r < resources; ++r) {
    auto& resource = *request.add_resource_logs();
    auto& attribute = *resource.mutable_resource()->add_attributes();
    attribute.set_key("service.name");
    attribute.mutable_value()->set_string_value("service-" + std::to_string(r));
    for (int s = 0; s < scopes; ++s) {
      auto& scope = *resource.add_scope_logs();
      scope.mutable_scope()->set_name("scope-" + std::to_string(s));
      for (int i = 0; i < records; ++i) {
        scope.add_log_records()->mutable_body()->set_string_value(std::string(random() % 300, 'x') + std::to_string(i));
      }
    }
  }
  return request;
}

TEST(OtlpSplitTest, KeepsASmallRequestAsItIs) {
  std::mt19937 random(1);
  const otlp::ExportLogsServiceRequest request = Request(2, 2, 3, random);
  const OtlpParts parts = SplitForKafka(request, 1 << 20);
  ASSERT_EQ(parts.values.size(), 1U);
  EXPECT_EQ(parts.records, 12);
  EXPECT_EQ(Texts(Parse(parts.values[0])), Texts(request));
}

TEST(OtlpSplitTest, EveryRecordIsInOneValueWithItsResourceAndNoValueIsTooLarge) {
  std::mt19937 random(7);
  for (int round = 0; round < 50; ++round) {
    const otlp::ExportLogsServiceRequest request = Request(3, 2, 20, random);
    const size_t max_bytes = 500 + random() % 5'000;
    const OtlpParts parts = SplitForKafka(request, max_bytes);
    std::vector<std::string> texts;
    for (const std::string& value : parts.values) {
      EXPECT_LE(value.size(), max_bytes);
      for (std::string& text : Texts(Parse(value))) texts.push_back(std::move(text));
    }
    EXPECT_EQ(parts.too_large, 0);
    EXPECT_EQ(parts.records, 120);
    EXPECT_EQ(texts, Texts(request));
  }
}

TEST(OtlpSplitTest, LeavesOutARecordThatFitsIntoNoValue) {
  std::mt19937 random(3);
  otlp::ExportLogsServiceRequest request = Request(1, 1, 2, random);
  request.mutable_resource_logs(0)->mutable_scope_logs(0)->add_log_records()->mutable_body()->set_string_value(
      std::string(5'000, 'y'));
  const OtlpParts parts = SplitForKafka(request, 2'000);
  EXPECT_EQ(parts.too_large, 1);
  EXPECT_EQ(parts.records, 2);
}

TEST(OtlpSplitTest, NothingMakesNothing) {
  EXPECT_TRUE(SplitForKafka({}, 1'000).values.empty());
  otlp::ExportLogsServiceRequest empty;
  empty.add_resource_logs()->add_scope_logs();
  EXPECT_TRUE(SplitForKafka(empty, 1'000).values.empty());
}

}  // namespace
}  // namespace faultline::ingest
