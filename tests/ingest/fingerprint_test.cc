// Traces of one defect as builds of five versions write them, a thousand of each language, and of a second defect in
// the same function: one signature, and two.
#include <gtest/gtest.h>

#include <array>
#include <random>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "ingest/signature.h"

namespace faultline::ingest {
namespace {

constexpr int kVersions = 5;
constexpr int kTraces = 1'000;

// What differs between two traces of one defect: lines by version, addresses and counters by process.
class Build {
 public:
  Build(int version, uint32_t seed) : version_(version), random_(seed) {}
  std::string Line(int line) const { return absl::StrCat(line + 17 * version_); }
  std::string Address() { return absl::StrFormat("0x%012x", 0x7f0000000000u + random_() % 0xffffffffu); }
  std::string Counter() { return absl::StrCat(random_() % 90 + 1); }
  std::string Hash() { return absl::StrFormat("%08x%08x", random_(), random_()); }

 private:
  const int version_;
  std::mt19937 random_;
};

struct Trace {
  std::string type, message, stack;
};
using Language = Trace (*)(Build& build, const std::string& what);

Trace Java(Build& b, const std::string& what) {
  return {"net.chat.StoreException", what + " for user " + b.Counter(),
          absl::StrCat("net.chat.StoreException: ", what, "\n\tat net.chat.Store.put(Store.java:", b.Line(40),
                       ")\n\tat net.chat.Store$$Lambda$", b.Counter(), "/", b.Address(), ".run(Unknown Source)\n",
                       "\tat net.chat.Box.lambda$open$", b.Counter(), "(Box.java:", b.Line(7), ")\n",
                       "\tat jdk.internal.reflect.GeneratedMethodAccessor", b.Counter(), ".invoke(Unknown Source)\n",
                       "\tat java.base/java.lang.Thread.run(Thread.java:", b.Line(1583),
                       ")\nCaused by: ", "java.io.IOException: disk ", b.Counter(),
                       "\n\tat net.chat.Disk.write(Disk.java:", b.Line(3), ")\n\t... ", b.Counter(), " more\n")};
}

Trace Python(Build& b, const std::string& what) {
  return {"StoreError", what + " " + b.Counter(),
          absl::StrCat("Traceback (most recent call last):\n  File \"/srv/app/main.py\", line ", b.Line(9),
                       ", in serve\n    put(x)\n  File \"/srv/app/store.py\", line ", b.Line(52),
                       ", in put\n    raise StoreError\n  File \"/usr/lib/python3.11/json/decoder.py\", line ",
                       b.Line(300), ", in decode\nchat.StoreError: ", what)};
}

Trace Go(Build& b, const std::string& what) {
  return {
      "panic", what + " at " + b.Address(),
      absl::StrCat("panic: ", what, "\n\ngoroutine ", b.Counter(), " [running]:\nchat/store.(*Box).Put(", b.Address(),
                   ", 0x", b.Counter(), ")\n\t/src/chat/store/box.go:", b.Line(44), " +0x", b.Counter(),
                   "\nmain.serve.func", b.Counter(), "()\n\t/src/chat/main.go:", b.Line(12), " +0x", b.Counter(),
                   "\nruntime.goexit()\n\t/usr/local/go/src/runtime/asm_amd64.s:", b.Line(1650), " +0x1\n")};
}

Trace Node(Build& b, const std::string& what) {
  return {"TypeError", what + " " + b.Counter(),
          absl::StrCat("TypeError: ", what, "\n    at Store.put (/srv/app/store.js:", b.Line(10), ":", b.Line(5),
                       ")\n    at async serve (/srv/app/main.js:", b.Line(3), ":9)\n    at /srv/app/main.js:",
                       b.Line(30), ":2\n    at node:internal/process/task_queues:", b.Line(95),
                       ":5\n  [cause]: RangeError: of ", b.Counter())};
}

Trace Cpp(Build& b, const std::string& what) {
  return {
      "SIGABRT", what + " " + b.Address(),
      absl::StrCat("./server(_ZN4chat5Store3putERKNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEE+0x", b.Counter(),
                   ") [", b.Address(), "]\n./server(_ZN4chat5serveEv+0x", b.Counter(), ") [", b.Address(),
                   "]\n/lib/x86_64-linux-gnu/libc.so.6(__libc_start_main+0x", b.Counter(), ") [", b.Address(), "]\n")};
}

Trace CppSanitizer(Build& b, const std::string& what) {
  return {
      "heap-use-after-free", what + " on address " + b.Address(),
      absl::StrCat("    #0 ", b.Address(), " in chat::Store::put(std::string const&) /src/store.cc:", b.Line(8), ":",
                   b.Line(3), "\n    #1 ", b.Address(), " in chat::serve() /src/main.cc:", b.Line(70), ":1\n    #2 ",
                   b.Address(), " in std::thread::_M_run() /usr/include/c++/12/thread:", b.Line(2), "\n")};
}

Trace Rust(Build& b, const std::string& what) {
  return {"panic", what + " at src/store.rs:" + b.Line(4) + ":5",
          absl::StrCat("stack backtrace:\n   0: rust_begin_unwind\n             at /rustc/", b.Hash(),
                       "/library/std/src/panicking.rs:645:5\n   1: core::panicking::panic_fmt::h", b.Hash(),
                       "\n   2: chat::store::put::h", b.Hash(), "\n             at ./src/store.rs:", b.Line(4),
                       ":5\n   3: <chat::Server as chat::Serve>::run\n             at ./src/main.rs:", b.Line(30),
                       ":1\n   4: _RNvNtCs", b.Hash().substr(0, 9),
                       "_4chat5store5flush\n   5: core::ops::function::FnOnce", "::call_once::h", b.Hash(), "\n")};
}

Trace DotNet(Build& b, const std::string& what) {
  return {"Chat.StoreException", what + " of shard " + b.Counter(),
          absl::StrCat("Chat.StoreException: ", what, "\n ---> System.IO.IOException: disk ", b.Counter(),
                       "\n   at Chat.Disk.Write(Byte[] bytes) in /src/Disk.cs:line ", b.Line(12),
                       "\n   --- End of inner exception stack trace ---\n   at Chat.Store.Put(String key) in ",
                       "/src/Store.cs:line ", b.Line(77), "\n   at Chat.Server.<Serve>d__", b.Counter(),
                       ".MoveNext() in /src/Server.cs:line ", b.Line(5),
                       "\n   at System.Runtime.CompilerServices.TaskAwaiter.HandleNonSuccess(Task task)\n")};
}

class FingerprintTest : public ::testing::TestWithParam<std::pair<std::string, Language>> {
 protected:
  static uint64_t SignatureOf(const Trace& trace) {
    Arena arena;
    SignatureInput input;
    input.side = store::Side::kServer;
    input.exception_type = trace.type;
    input.stacktrace = trace.stack;
    input.masked_message = MaskMessage(trace.message, arena).text;
    return ComputeSignature(input);
  }
  static std::set<uint64_t> SignaturesOf(const std::string& what) {
    std::set<uint64_t> signatures;
    for (int i = 0; i < kTraces; ++i) {
      Build build(i % kVersions, static_cast<uint32_t>(i));
      signatures.insert(SignatureOf(GetParam().second(build, what)));
    }
    return signatures;
  }
};

TEST_P(FingerprintTest, OneDefectInFiveVersionsIsOneSignature) {
  EXPECT_EQ(SignaturesOf("no room in the inbox").size(), 1u);
}

TEST_P(FingerprintTest, TwoDefectsInOneFunctionAreTwo) {
  std::set<uint64_t> both = SignaturesOf("no room in the inbox");
  both.merge(SignaturesOf("the inbox is gone"));
  EXPECT_EQ(both.size(), 2u);
}

TEST_P(FingerprintTest, FramesAreRead) {
  Build build(0, 1);
  const Trace trace = GetParam().second(build, "no room");
  const std::vector<std::string> frames = TopFrames(trace.stack);
  ASSERT_FALSE(frames.empty()) << trace.stack;
  for (const std::string& frame : frames) {
    EXPECT_EQ(frame.find("0x"), std::string::npos) << frame;
    EXPECT_EQ(frame.find("_Z"), std::string::npos) << frame;
  }
  EXPECT_TRUE(frames[0].find("ut") != std::string::npos || frames[0].find("Disk") != std::string::npos) << frames[0];
}

const std::pair<std::string, Language> kLanguages[] = {
    {"Java", Java}, {"Python", Python}, {"Go", Go}, {"Node", Node}, {"Cpp", Cpp}, {"CppSanitizer", CppSanitizer},
    {"Rust", Rust}, {"DotNet", DotNet}};
INSTANTIATE_TEST_SUITE_P(All, FingerprintTest, ::testing::ValuesIn(kLanguages),
                         [](const auto& instance) { return instance.param.first; });

TEST(CausesTest, AreAPartOfTheSignature) {
  const std::string frames = "\tat net.chat.Box.put(Box.java:4)\n";
  SignatureInput one;
  one.exception_type = "net.chat.Full";
  const std::string of_disk = frames + "Caused by: java.io.IOException: disk\n\t... 3 more\n";
  const std::string of_time = frames + "Caused by: java.net.SocketTimeoutException: slow\n\t... 3 more\n";
  one.stacktrace = of_disk;
  SignatureInput other = one;
  other.stacktrace = of_time;
  EXPECT_NE(ComputeSignature(one), ComputeSignature(other));
  const store::SignatureDefinition definition = DefineSignature(one);
  EXPECT_EQ(definition.parts[5], "caused by java.io.IOException");
}

}  // namespace
}  // namespace faultline::ingest
