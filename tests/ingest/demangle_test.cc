#include "ingest/demangle.h"

#include <gtest/gtest.h>

#include "ingest/cause_chain.h"

namespace faultline::ingest {
namespace {

TEST(DemangleTest, ReadsItaniumNamesWithoutArgumentsAndResult) {
  EXPECT_EQ(Demangle("_ZN4chat5Store3putEi"), "chat::Store::put");
  EXPECT_EQ(Demangle("__ZN4chat5Store3putEi"), "chat::Store::put");
  EXPECT_EQ(Demangle("_Z3putIiEvT_"), "put<int>");
  EXPECT_EQ(Demangle("_ZN4chatclEi"), "chat::operator()");
}

TEST(DemangleTest, LeavesOutTheHashesOfRust) {
  EXPECT_EQ(Demangle("_ZN4chat5store3put17h0123456789abcdefE"), "chat::store::put");
  EXPECT_EQ(Demangle("_RNvNtCs9ltgdHTiPiY_4chat5store3put"), "chat::store::put");
  EXPECT_EQ(WithoutRustHash("chat::store::put::h0123456789abcdef"), "chat::store::put");
  EXPECT_EQ(WithoutRustHash("chat::store::put::hash"), "chat::store::put::hash");
}

TEST(DemangleTest, LeavesWhatItCannotRead) {
  for (const char* name : {"put", "_Zap", "_Z", "_R", "_RNvC99x", "main.serve"}) EXPECT_EQ(Demangle(name), name);
}

TEST(DemangleTest, DoesNotExpandNamesThatWouldNeverEnd) {
  std::string name = "_Z1fSt4pairIiiE";
  for (int i = 0; i < 40; ++i) name += "St4pairIS_S_E";
  EXPECT_EQ(Demangle(name), name);
}

TEST(CauseTypesTest, ReadsTheChainsOfAllLanguages) {
  using Types = std::vector<std::string>;
  EXPECT_EQ(CauseTypes("a.B: x\n\tat a.C.d(C.java:1)\nCaused by: e.F: y\nCaused by: g.H\n"), (Types{"e.F", "g.H"}));
  EXPECT_EQ(CauseTypes("A.B: x ---> C.D: y ---> E.F: z\n   at G.H()"), (Types{"C.D", "E.F"}));
  EXPECT_EQ(CauseTypes("Error: x\n    at f (/a.js:1:2) {\n  [cause]: TypeError: y\n"), (Types{"TypeError"}));
  EXPECT_EQ(
      CauseTypes("Traceback (most recent call last):\n  File \"a\", line 1, in f\nKeyError: 'x'\n\nDuring handling of "
                 "the above exception, another exception occurred:\n\nTraceback (most recent call last):\n"),
      (Types{"KeyError"}));
  EXPECT_EQ(CauseTypes("at f\nCaused by: nothing in particular"), Types{});
}

}  // namespace
}  // namespace faultline::ingest
