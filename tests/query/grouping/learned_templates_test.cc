#include "query/grouping/learned_templates.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "query/grouping/masked_set.h"

namespace faultline::query {
namespace {

// "<*>" for holes, to be read by people.
std::string Masked(const std::string& text) { return absl::StrReplaceAll(text, {{"<*>", "\x01"}}); }
std::string Shown(const std::string& text) { return absl::StrReplaceAll(text, {{"\x01", "<*>"}}); }

std::vector<std::string> TemplatesOf(const std::vector<std::string>& messages) {
  MaskedSet set;
  for (const std::string& message : messages) set.Add(Masked(message));
  const LearnedTemplates learned = LearnedTemplates::Learn(set);
  std::vector<std::string> templates;
  for (const std::string& message : messages) templates.push_back(Shown(learned.TemplateOf(Masked(message))));
  return templates;
}

std::string NormalOf(const std::string& message) { return Shown(JoinWords(NormalForm(Masked(message)))); }

TEST(LearnedTemplatesTest, FourWordsAtOnePlaceVary) {
  const std::string kind = "session closed for user <*> on console";
  EXPECT_EQ(TemplatesOf({"session closed for user ann on console", "session closed for user bob on console",
                         "session closed for user eve on console", "session closed for user joe on console"}),
            std::vector<std::string>(4, kind));
}

TEST(LearnedTemplatesTest, ThreeWordsAtOnePlaceAreThreeKinds) {
  const std::vector<std::string> messages = {"queue is open now", "queue is full now", "queue is gone now"};
  EXPECT_EQ(TemplatesOf(messages), messages);
}

TEST(LearnedTemplatesTest, AWordBesideAHoleVaries) {
  EXPECT_EQ(TemplatesOf({"no such shard <*> here", "no such shard main here"}),
            std::vector<std::string>(2, "no such shard <*> here"));
}

TEST(LearnedTemplatesTest, TwoNamesWithDotsVary) {
  EXPECT_EQ(TemplatesOf({"cannot load plugin org.one.Main today", "cannot load plugin org.two.Other today"}),
            std::vector<std::string>(2, "cannot load plugin <*> today"));
}

TEST(LearnedTemplatesTest, StatesInCapitalsAreKept) {
  std::vector<std::string> messages;
  for (const char* state : {"NEW", "ASSIGNED", "RUNNING", "FAILED", "KILLED", "DONE"}) {
    messages.push_back(absl::StrCat("attempt <*> moved to ", state));
  }
  EXPECT_EQ(TemplatesOf(messages), messages);
}

TEST(LearnedTemplatesTest, KeysAndFirstWordsAreKept) {
  const std::vector<std::string> messages = {
      "set colour=<*> width=<*>", "set colour=<*> height=<*>", "set colour=<*> depth=<*>", "set colour=<*> weight=<*>",
      "opened file <*>",          "closed file <*>",           "moved file <*>",           "lost file <*>"};
  EXPECT_EQ(TemplatesOf(messages), messages);
}

TEST(LearnedTemplatesTest, WhatVariesBehindAWordVariesThereElsewhere) {
  std::vector<std::string> messages;
  for (const char* user : {"ann", "bob", "eve", "joe"}) messages.push_back(absl::StrCat("logout of user ", user));
  messages.push_back("login by user ann denied");
  messages.push_back("login by user bob denied");
  const std::vector<std::string> templates = TemplatesOf(messages);
  EXPECT_EQ(templates[4], "login by user <*> denied");
  EXPECT_EQ(templates[5], "login by user <*> denied");
}

TEST(LearnedTemplatesTest, ListsOfAnyLengthAreOneKind) {
  const std::vector<std::string> templates =
      TemplatesOf({"asked to delete <*>", "asked to delete <*> <*> <*>", "asked to delete <*>, <*>"});
  EXPECT_EQ(templates, std::vector<std::string>(3, "asked to delete <*>"));
}

TEST(LearnedTemplatesTest, UnitsGoOnlyWhereTheyDiffer) {
  EXPECT_EQ(TemplatesOf({"sent <*> KB in <*> sec", "sent <*> bytes (<*> MB) in <*> sec"}),
            std::vector<std::string>(2, "sent <*> in <*>"));
  EXPECT_EQ(TemplatesOf({"sent <*> KB in <*> sec"}), std::vector<std::string>{"sent <*> KB in <*> sec"});
}

TEST(LearnedTemplatesTest, NormalFormMasksPathsAndPlaces) {
  EXPECT_EQ(NormalOf("opened /var/log/syslog  for reading"), "opened <*> for reading");
  EXPECT_EQ(NormalOf("connect to mail.example.org:<*> failed"), "connect to <*> failed");
  EXPECT_EQ(NormalOf("see https://example.org/help for more"), "see <*> for more");
  EXPECT_EQ(NormalOf("task_<*> of job-<*>.part<*>, code 7."), "<*> of <*>, code 7.");
  EXPECT_EQ(NormalOf("state.size:<*>, max:<*>"), "<*>, max:<*>");
  EXPECT_EQ(NormalOf("read/write error on <*>/<*>: null"), "read/write error on <*>: <*>");
}

TEST(LearnedTemplatesTest, DependsOnTheSetAloneNotOnOrderOrRepeats) {
  std::mt19937 random(7);
  std::vector<std::string> messages;
  for (int i = 0; i < 400; ++i) {
    messages.push_back(absl::StrCat("worker ", std::string(1, static_cast<char>('a' + random() % 9)), "x lost ",
                                    std::string(1, static_cast<char>('a' + random() % 5)), "y while ",
                                    random() % 3 == 0 ? "reading" : "writing"));
  }
  MaskedSet one;
  for (const std::string& message : messages) one.Add(message);
  std::shuffle(messages.begin(), messages.end(), random);
  MaskedSet parts[4], other;
  for (size_t i = 0; i < messages.size(); ++i) parts[i % 4].Add(messages[i]);
  for (const MaskedSet& part : parts) other.Merge(part);
  ASSERT_EQ(one.texts(), other.texts());
  const LearnedTemplates first = LearnedTemplates::Learn(one), second = LearnedTemplates::Learn(other);
  for (const std::string& message : messages) EXPECT_EQ(first.TemplateOf(message), second.TemplateOf(message));
}

TEST(LearnedTemplatesTest, LearnsForMessagesThatItHasNotSeen) {
  MaskedSet set;
  for (const char* name : {"ann", "bob", "eve", "joe"}) set.Add(absl::StrCat("mailbox of ", name, " is full"));
  EXPECT_EQ(Shown(LearnedTemplates::Learn(set).TemplateOf("mailbox of zoe is full")), "mailbox of <*> is full");
}

TEST(MaskedSetTest, KeepsTheSameSampleInAnyOrder) {
  MaskedSet up(64), down(64);
  for (int i = 0; i < 10'000; ++i) up.Add(absl::StrCat("message ", i));
  for (int i = 10'000; i-- > 0;) down.Add(absl::StrCat("message ", i));
  EXPECT_EQ(up.texts(), down.texts());
  EXPECT_EQ(up.texts().size(), 64u);
  EXPECT_TRUE(up.sampled());
  EXPECT_NEAR(static_cast<double>(up.EstimateDistinct()), 10'000, 4'000);
}

TEST(MaskedSetTest, CountsExactlyBelowItsBound) {
  MaskedSet set(64);
  for (int round = 0; round < 2; ++round) {
    for (int i = 0; i < 64; ++i) set.Add(absl::StrCat("message ", i));
  }
  EXPECT_FALSE(set.sampled());
  EXPECT_EQ(set.EstimateDistinct(), 64);
}

TEST(MaskedSetTest, LeavesOutTextsThatAreTooLong) {
  MaskedSet set;
  EXPECT_FALSE(set.Add(std::string(MaskedSet::kMaxTextBytes + 1, 'x')));
  EXPECT_TRUE(set.texts().empty());
}

}  // namespace
}  // namespace faultline::query
