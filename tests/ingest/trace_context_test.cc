#include "ingest/trace_context.h"

#include <gtest/gtest.h>

#include <vector>

namespace faultline::ingest {
namespace {

TraceContext Read(const std::vector<std::pair<std::string_view, std::string_view>>& headers) {
  return ReadTraceContext(headers);
}

constexpr std::string_view kTrace = "946e1ce9f2e316fbfb83faa6519c271a";
constexpr std::string_view kSpan = "c28f4a52a1710c8a";

TEST(TraceContextTest, ReadsTraceparent) {
  const TraceContext context = Read({{"TraceParent", "00-946e1ce9f2e316fbfb83faa6519c271a-c28f4a52a1710c8a-01"}});
  EXPECT_EQ(context.trace_id, kTrace);
  EXPECT_EQ(context.span_id, kSpan);
}

TEST(TraceContextTest, RefusesInvalidTraceparents) {
  for (const char* value : {"", "00", "ff-946e1ce9f2e316fbfb83faa6519c271a-c28f4a52a1710c8a-01",
                            "00-00000000000000000000000000000000-c28f4a52a1710c8a-01",
                            "00-946e1ce9f2e316fbfb83faa6519c271a-0000000000000000-01",
                            "00-946e1ce9f2e316fbfb83faa6519c271x-c28f4a52a1710c8a-01",
                            "00-946e1ce9f2e316fbfb83faa6519c271a-c28f4a52a1710c8a"}) {
    EXPECT_EQ(Read({{"traceparent", value}}).trace_id, "") << value;
  }
}

TEST(TraceContextTest, ReadsBothFormsOfB3) {
  EXPECT_EQ(Read({{"b3", "946e1ce9f2e316fbfb83faa6519c271a-c28f4a52a1710c8a-1"}}).trace_id, kTrace);
  EXPECT_EQ(Read({{"b3", "a3ce929d0e0e4736-c28f4a52a1710c8a"}}).span_id, kSpan);
  EXPECT_EQ(Read({{"b3", "0"}}).trace_id, "");
  const TraceContext multi = Read({{"X-B3-TraceId", kTrace}, {"X-B3-SpanId", kSpan}});
  EXPECT_EQ(multi.trace_id, kTrace);
  EXPECT_EQ(multi.span_id, kSpan);
}

TEST(TraceContextTest, PrefersTraceparentAndTheRequestId) {
  const TraceContext context = Read({{"b3", "a3ce929d0e0e4736-00f067aa0ba902b7"},
                                     {"traceparent", "00-946e1ce9f2e316fbfb83faa6519c271a-c28f4a52a1710c8a-01"},
                                     {"x-correlation-id", "c"},
                                     {"x-request-id", "r"}});
  EXPECT_EQ(context.trace_id, kTrace);
  EXPECT_EQ(context.request_id, "r");
  EXPECT_EQ(Read({{"X-Correlation-Id", "c"}}).request_id, "c");
}

}  // namespace
}  // namespace faultline::ingest
