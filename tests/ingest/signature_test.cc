#include "ingest/signature.h"

#include <gmock/gmock.h>

#include <map>
#include <thread>

namespace faultline::ingest {
namespace {

using ::testing::ElementsAre;

class SignatureTest : public ::testing::Test {
 protected:
  SignatureInput Message(std::string_view text, store::Side side = store::Side::kServer) {
    SignatureInput input;
    input.side = side;
    input.masked_message = MaskMessage(text, arena_).text;
    return input;
  }
  SignatureInput Exception(std::string_view type, std::string_view stack, std::string_view text) {
    SignatureInput input = Message(text);
    input.exception_type = type;
    input.stacktrace = stack;
    return input;
  }
  Arena arena_;
};

TEST_F(SignatureTest, StaysTheSameForEver) {
  // A change here splits every failure known to a store: it needs a new version.
  EXPECT_EQ(store::FormatSignature(ComputeSignature(Message("ack timeout after 12 ms"))), "v1:b40b6fed0ae30ecf");
  EXPECT_EQ(store::FormatSignature(
                ComputeSignature(Exception("net.chat.Full", "\tat net.chat.Box.put(Box.java:4)", "Full: 3 of 3"))),
            "v1:b88772ccdb96d305");
}

TEST_F(SignatureTest, VariablePartsDoNotMatter) {
  EXPECT_EQ(ComputeSignature(Message("object 99c7187a7a3611c9 size 3195234")),
            ComputeSignature(Message("object 0123456789012345 size 7")));
}

TEST_F(SignatureTest, StatusCodesDo) {
  EXPECT_NE(ComputeSignature(Message("login failed: http 503 from edge")),
            ComputeSignature(Message("login failed: http 500 from edge")));
}

TEST_F(SignatureTest, TheSideIsAPartOfIt) {
  EXPECT_NE(ComputeSignature(Message("ack timeout", store::Side::kClient)),
            ComputeSignature(Message("ack timeout", store::Side::kServer)));
}

TEST_F(SignatureTest, ExceptionsGroupByTypeFramesAndFirstLine) {
  const std::string_view stack = "\tat net.chat.Box.put(Box.java:4)\n\tat java.lang.Thread.run(Thread.java:1)";
  const uint64_t one = ComputeSignature(Exception("net.chat.Full", stack, "Full: 3 of 3\ndetails 1"));
  EXPECT_EQ(ComputeSignature(Exception("net.chat.Full", "\tat net.chat.Box.put(Box.java:99)", "Full: 9 of 9\nother")),
            one);
  EXPECT_NE(ComputeSignature(Exception("net.chat.Empty", stack, "Full: 3 of 3")), one);
  EXPECT_NE(ComputeSignature(Exception("net.chat.Full", "\tat net.chat.Box.take(Box.java:4)", "Full: 3 of 3")), one);
  EXPECT_NE(ComputeSignature(Exception("net.chat.Full", stack, "no room")), one);
}

TEST_F(SignatureTest, ARulesFingerprintDecidesAlone) {
  const std::string_view parts[] = {"upstream", "timeout"};
  SignatureInput first = Message("one text");
  first.rule = "nginx";
  first.rule_parts = parts;
  SignatureInput second = Exception("a.B", "\tat a.B.c(B.java:1)", "another text");
  second.rule = "nginx";
  second.rule_parts = parts;
  EXPECT_EQ(ComputeSignature(first), ComputeSignature(second));
  second.rule = "envoy";
  EXPECT_NE(ComputeSignature(first), ComputeSignature(second));
}

TEST_F(SignatureTest, ARuleWithoutFingerprintChangesNothing) {
  SignatureInput input = Message("one text");
  const uint64_t before = ComputeSignature(input);
  input.rule = "nginx";
  EXPECT_EQ(ComputeSignature(input), before);
}

TEST_F(SignatureTest, PartsCannotRunIntoEachOther) {
  const std::string_view one[] = {"ab", "c"}, two[] = {"a", "bc"};
  SignatureInput input;
  input.rule = "r";
  input.rule_parts = one;
  const uint64_t first = ComputeSignature(input);
  input.rule_parts = two;
  EXPECT_NE(ComputeSignature(input), first);
}

TEST_F(SignatureTest, ThreadsAgree) {
  const SignatureInput input = Exception("a.B", "\tat a.B.c(B.java:1)", "x");
  const uint64_t here = ComputeSignature(input);
  uint64_t there = 0;
  std::thread([&] { there = ComputeSignature(input); }).join();
  EXPECT_EQ(here, there);
}

TEST_F(SignatureTest, ManyTracesDoNotConfuseTheCache) {
  for (int round = 0; round < 2; ++round) {
    for (int i = 0; i < 2'000; ++i) {
      const std::string name =
          std::string(1 + i % 26, static_cast<char>('a' + i / 26 % 26)) + "X" + std::to_string(i / 676) + "y";
      const std::string stack = "\tat net.chat." + name + ".run(A.java:1)";
      const auto input = Exception("E", stack, "m");
      ASSERT_EQ(DefineSignature(input).parts[4], TopFrames(stack)[0]);
      ASSERT_EQ(ComputeSignature(input), DefineSignature(input).signature);
    }
  }
}

TEST_F(SignatureTest, DefinitionsSayWhatWasHashed) {
  const auto message = DefineSignature(Message("ack timeout after 12 ms", store::Side::kClient));
  EXPECT_EQ(message.origin, "message");
  EXPECT_EQ(message.title, "ack timeout after <*> ms");
  EXPECT_EQ(message.side, store::Side::kClient);
  EXPECT_THAT(message.parts, ElementsAre("v1", "client", "message", "ack timeout after \x01 ms"));

  const auto exception =
      DefineSignature(Exception("net.chat.Full", "\tat net.chat.Box.put(Box.java:4)", "Full: 3 of 3\nmore"));
  EXPECT_EQ(exception.origin, "exception");
  EXPECT_EQ(exception.title, "net.chat.Full at net.chat.Box.put: <*> of <*>");
  EXPECT_THAT(exception.parts,
              ElementsAre("v1", "server", "exception", "net.chat.Full", "net.chat.Box.put", "Full: \x01 of \x01"));

  SignatureInput input = Message("x");
  const std::string_view parts[] = {"upstream", "timeout"};
  input.rule = "nginx";
  input.rule_parts = parts;
  const auto rule = DefineSignature(input);
  EXPECT_EQ(rule.origin, "rule");
  EXPECT_EQ(rule.rule, "nginx");
  EXPECT_EQ(rule.title, "nginx: upstream timeout");
  EXPECT_THAT(rule.parts, ElementsAre("v1", "server", "rule", "nginx", "upstream", "timeout"));
}

TEST_F(SignatureTest, FleetMessagesGroupAsTheirAuthorsMeant) {
  // Each list is one failure written several times; no two lists are the same.
  const std::vector<std::vector<std::string_view>> failures = {
      {"login failed: http 503 from edge", "login failed: http 503 from edge"},
      {"login failed: http 500 from edge"},
      {"login failed: http 429 from edge"},
      {"ack receipt failed: queue full after 200 ms (attempt 1)",
       "ack receipt failed: queue full after 30199 ms (attempt 5)"},
      {"ack receipt failed: queue full: shard 4 epoch 9", "ack receipt failed: queue full: shard 4095 epoch 89999"},
      {"ack receipt failed: queue full peer=<ip>:1024", "ack receipt failed: queue full peer=10.0.255.1:61023"},
      {"ack receipt failed: queue full object 99c7187a7a3611c9 size 3195234",
       "ack receipt failed: queue full object abcdefabcdefabcd size 1",
       "ack receipt failed: queue full object 1234567812345678 size 0"},
      {"ack receipt failed: queue full for <phone>", "ack receipt failed: queue full for +15550101234"},
      {"ack receipt failed: queue full account <email> token <token>"},
      {"ack receipt failed: queue full [queue=0 depth=0]", "ack receipt failed: queue full [queue=63 depth=99999]"},
      {"ack receipt failed: queue full"},
  };
  std::map<uint64_t, size_t> known;
  for (size_t i = 0; i < failures.size(); ++i) {
    const uint64_t first = ComputeSignature(Message(failures[i][0]));
    EXPECT_TRUE(known.emplace(first, i).second) << failures[i][0];
    for (const std::string_view text : failures[i]) EXPECT_EQ(ComputeSignature(Message(text)), first) << text;
  }
}

}  // namespace
}  // namespace faultline::ingest
