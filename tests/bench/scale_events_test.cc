#include "tests/bench/scale_events.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "store/message_template.h"
#include "tests/bench/scale_json.h"

namespace faultline::bench {
namespace {

struct Made {
  std::map<std::string, int> by_trace;
  std::map<int, int> traces_of_size;
  std::string digest;
  int clients = 0, servers = 0, with_clock = 0;
  int64_t attempts = 0;
};

Made Make(uint64_t seed) {
  ScaleOptions options;
  options.seed = seed;
  options.events = 50'000;
  options.span_us = 600'000'000;
  ScaleEvents events(options);
  ScaleBatch batch;
  Made made;
  while (events.Next(batch)) {
    for (const store::Event& event : batch.events) {
      ++made.by_trace[std::string(event.id(store::IdKind::kTrace))];
      ++(event.side == store::Side::kClient ? made.clients : made.servers);
      if (made.digest.size() < 100'000) made.digest += event.message;
      EXPECT_TRUE(store::Reproduces(event.message_template, event.parameters, event.message));
      EXPECT_GE(event.time_us, options.start_us);
      made.with_clock += event.time_us != event.claimed_time_us ? 1 : 0;
    }
    for (const store::Attempts& attempts : batch.attempts) made.attempts += attempts.count;
  }
  for (const auto& [trace, size] : made.by_trace) ++made.traces_of_size[size];
  return made;
}

// A generator whose random numbers correlate makes traces of the wrong sizes.
TEST(ScaleEventsTest, TracesHaveTheSizesThatTheSharesGive) {
  const Made made = Make(7);
  const double traces = static_cast<double>(made.by_trace.size());
  EXPECT_NEAR(made.clients + made.servers, 50'000, 1'000);
  EXPECT_NEAR(traces, 50'000 / 1.55, 400);
  EXPECT_NEAR(made.traces_of_size.at(1) / traces, 0.45, 0.02);
  EXPECT_NEAR(made.traces_of_size.at(2) / traces, 0.55, 0.02);
  EXPECT_EQ(made.traces_of_size.size(), 2u);
  EXPECT_NEAR(static_cast<double>(made.clients) / traces, 0.62, 0.02);
  EXPECT_NEAR(made.with_clock * 2, made.clients, 1'000);
  EXPECT_GT(made.attempts, 0);
}

TEST(ScaleEventsTest, TheSeedDecidesEverything) {
  EXPECT_EQ(Make(3).digest, Make(3).digest);
  EXPECT_NE(Make(3).digest, Make(4).digest);
}

TEST(ScaleEventsTest, MessagesAreAsLongAsAsked) {
  ScaleOptions options;
  options.events = 1'000;
  options.message_bytes = 600;
  ScaleEvents events(options);
  ScaleBatch batch;
  ASSERT_TRUE(events.Next(batch));
  for (const store::Event& event : batch.events) EXPECT_NEAR(static_cast<double>(event.message.size()), 620, 60);
}

TEST(ScaleJsonTest, WritesWhatAParserNeedsToFindTheEventAgain) {
  store::Event event;
  event.side = store::Side::kClient;
  event.claimed_time_us = 1'790'000'000'123'000;
  event.time_us = event.claimed_time_us + 500'000;
  event.received_time_us = event.claimed_time_us + 2'000'000;
  event.ids[static_cast<size_t>(store::IdKind::kTrace)] = "ab12";
  event.message = "it failed";
  std::string line;
  ScaleJson().Append(event, line);
  EXPECT_EQ(line,
            "{\"timestamp\":\"2026-09-21T14:13:20.123Z\",\"received_at\":\"2026-09-21T14:13:22.123Z\","
            "\"sent_at\":\"2026-09-21T14:13:21.623Z\",\"side\":\"client\",\"trace_id\":\"ab12\","
            "\"message\":\"it failed\"}\n");
}

}  // namespace
}  // namespace faultline::bench
