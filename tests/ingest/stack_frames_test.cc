#include <gmock/gmock.h>

#include "ingest/signature.h"

namespace faultline::ingest {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(StackFramesTest, JavaKeepsTheApplicationsFrames) {
  EXPECT_THAT(TopFrames("net.chat.QuorumLost: no leader\n"
                        "\tat java.base/java.util.HashMap.get(HashMap.java:12)\n"
                        "\tat net.chat.key-directory.Handler.run(Handler.java:73)\n"
                        "\tat app//net.chat.Log.append(Log.java:9) ~[log.jar:1.2]\n"
                        "\tat org.springframework.web.Filter.doFilter(Filter.java:1)\n"
                        "\tat java.base/java.lang.Thread.run(Thread.java:1583)\n"),
              ElementsAre("net.chat.key-directory.Handler.run", "net.chat.Log.append"));
}

TEST(StackFramesTest, JavaDropsWhatGeneratorsNumber) {
  EXPECT_THAT(TopFrames("\tat net.chat.Send.lambda$run$3(Send.java:7)\n"
                        "\tat net.chat.Send$$Lambda$14/0x00000008000b.apply(Unknown Source)\n"
                        "\tat net.chat.Send$1.call(Send.java:9)\n"
                        "\tat net.chat.Api$$EnhancerBySpringCGLIB$$1a2b3c4d.get(<generated>)\n"
                        "\tat net.chat.GeneratedMethodAccessor12.invoke(Unknown Source)\n"),
              ElementsAre("net.chat.Send.lambda$run$", "net.chat.Send$$Lambda.apply", "net.chat.Send$.call",
                          "net.chat.Api$$EnhancerBy.get", "net.chat.GeneratedMethodAccessor.invoke"));
}

TEST(StackFramesTest, JavaTakesTheCauseWhereTheOutsideHasNoOwnFrame) {
  EXPECT_THAT(TopFrames("java.util.concurrent.ExecutionException: x\n"
                        "\tat java.base/java.util.concurrent.FutureTask.get(FutureTask.java:1)\n"
                        "Caused by: net.chat.Full\n"
                        "\tat net.chat.Box.put(Box.java:4)\n"
                        "\t... 3 more\n"),
              ElementsAre("net.chat.Box.put"));
}

TEST(StackFramesTest, WithoutOwnFramesTheLibrarysAreTaken) {
  EXPECT_THAT(TopFrames("\tat java.base/java.lang.Thread.run(Thread.java:1583)\n"),
              ElementsAre("java.lang.Thread.run"));
}

TEST(StackFramesTest, PythonPutsTheRaisingFrameFirst) {
  EXPECT_THAT(TopFrames("Traceback (most recent call last):\n"
                        "  File \"/srv/chat/app.py\", line 3, in main\n"
                        "    send(x)\n"
                        "  File \"/usr/lib/python3.11/site-packages/requests/api.py\", line 9, in get\n"
                        "    return request()\n"
                        "  File \"/srv/chat/send.py\", line 12, in send\n"
                        "    put(x)\n"
                        "KeyError: 'inbox'\n"),
              ElementsAre("send (send.py)", "main (app.py)"));
}

TEST(StackFramesTest, PythonReadsTheLastOfChainedTracebacks) {
  EXPECT_THAT(TopFrames("Traceback (most recent call last):\n"
                        "  File \"/srv/a.py\", line 3, in first\n"
                        "KeyError: 1\n\n"
                        "During handling of the above exception, another exception occurred:\n\n"
                        "Traceback (most recent call last):\n"
                        "  File \"/srv/b.py\", line 4, in second\n"
                        "ValueError: 2\n"),
              ElementsAre("second (b.py)"));
}

TEST(StackFramesTest, GoReadsTheFailingGoroutine) {
  EXPECT_THAT(TopFrames("goroutine 1 [running]:\n"
                        "panic({0x1234, 0x5678})\n\t/usr/local/go/src/runtime/panic.go:884 +0x213\n"
                        "main.(*Server).handle(0xc000012345, {0x1, 0x2})\n\t/srv/chat/main.go:42 +0x1d\n"
                        "main.run.func1()\n\t/srv/chat/main.go:50 +0x2a\n"
                        "created by main.run in goroutine 7\n\t/srv/chat/main.go:49 +0x99\n\n"
                        "goroutine 18 [select]:\n"
                        "main.other()\n\t/srv/chat/other.go:1 +0x1\n"),
              ElementsAre("main.(*Server).handle", "main.run.func", "main.run"));
}

TEST(StackFramesTest, NodeNamesFunctionAndFile) {
  EXPECT_THAT(TopFrames("TypeError: x is undefined\n"
                        "    at Inbox.put (/srv/chat/inbox.js:10:5)\n"
                        "    at async send (file:///srv/chat/send.mjs:4:2)\n"
                        "    at /srv/chat/index.ts:3:1\n"
                        "    at Layer.handle (/srv/node_modules/express/layer.js:95:5)\n"
                        "    at process.processTicksAndRejections (node:internal/process/task_queues:95:5)\n"),
              ElementsAre("Inbox.put (inbox.js)", "send (send.mjs)", "index.ts"));
}

TEST(StackFramesTest, DotNetDropsFilesAndStateMachines) {
  EXPECT_THAT(TopFrames("   at Chat.Inbox.Put(String id, Int32 n) in /src/Inbox.cs:line 42\n"
                        "   at Chat.Send.<Run>d__12.MoveNext()\n"
                        "--- End of stack trace from previous location ---\n"
                        "   at System.Threading.Tasks.Task.Execute()\n"),
              ElementsAre("Chat.Inbox.Put", "Chat.Send.<Run>d__.MoveNext"));
}

TEST(StackFramesTest, RubyReadsBothQuotes) {
  EXPECT_THAT(TopFrames("app/models/inbox.rb:12:in `put'\n"
                        "\tfrom /srv/app/send.rb:3:in 'block (2 levels) in Send#run'\n"
                        "\tfrom /usr/lib/ruby/gems/3.1.0/gems/rack-2/rack.rb:1:in `call'\n"),
              ElementsAre("put (inbox.rb)", "Send#run (send.rb)"));
}

TEST(StackFramesTest, NativeTracesOfDebuggersAndSanitizers) {
  EXPECT_THAT(TopFrames("#0  0x00007f12 in raise () from /lib/libc.so.6\n"
                        "#1  0x000055d1 in chat::Inbox::Put (this=0x7ffd, id=7) at inbox.cc:12\n"
                        "#2  (anonymous namespace)::Run (n=1) at main.cc:3\n"
                        "    #3 0x4f12 in chat::operator()(int) /srv/main.cc:9:1\n"
                        "    @     0x55aabb  std::thread::run()\n"
                        " 5# main at /srv/main.cc:1\n"),
              ElementsAre("chat::Inbox::Put", "(anonymous namespace)::Run", "chat::operator()", "main"));
}

TEST(StackFramesTest, LineNumbersDoNotMatter) {
  EXPECT_EQ(TopFrames("\tat net.chat.A.b(A.java:1)"), TopFrames("\tat net.chat.A.b(A.java:999)"));
}

TEST(StackFramesTest, RecursionCountsOnce) {
  std::string stack;
  for (int i = 0; i < 100; ++i) stack += "\tat net.chat.A.walk(A.java:1)\n";
  EXPECT_THAT(TopFrames(stack + "\tat net.chat.A.start(A.java:1)\n"),
              ElementsAre("net.chat.A.walk", "net.chat.A.start"));
}

TEST(StackFramesTest, AtMostTheLimitIsKept) {
  EXPECT_THAT(TopFrames("\tat n.A.a(A.java:1)\n\tat n.A.b(A.java:1)\n\tat n.A.c(A.java:1)\n", 2),
              ElementsAre("n.A.a", "n.A.b"));
  EXPECT_THAT(TopFrames("\tat n.A.a(A.java:1)\n", 0), IsEmpty());
}

TEST(StackFramesTest, OtherTextHasNoFrames) {
  EXPECT_THAT(TopFrames("at noon we met\nit was late (very)\n12 monkeys\n#hash\n@home\nFile not found\n"), IsEmpty());
  EXPECT_THAT(TopFrames(""), IsEmpty());
}

}  // namespace
}  // namespace faultline::ingest
