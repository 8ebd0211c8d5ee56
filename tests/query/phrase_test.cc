// Phrases are found by what is known of messages; here every answer is compared with the messages themselves.
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "base/varint.h"
#include "query/count.h"
#include "query/phrase_in_form.h"
#include "query/query_plan.h"
#include "store/message_template.h"
#include "tests/query/store_fixture.h"

namespace faultline::query {
namespace {

using ::faultline::testing::IsOk;

struct Made {
  std::string text;
  std::string parameters;  // as Event::parameters
  std::vector<std::string> in_holes;
  std::string message;
};

// Messages from a small alphabet, so that phrases meet the edges of holes often.
class Maker {
 public:
  explicit Maker(uint32_t seed) : random_(seed) {}

  size_t Below(size_t n) { return random_() % n; }

  std::string Text(std::string_view alphabet, size_t longest) {
    std::string text;
    for (size_t i = Below(longest + 1); i > 0; --i) text += alphabet[Below(alphabet.size())];
    return text;
  }

  std::string Template() {
    std::string text = Text("ab T1", 6);
    for (size_t holes = Below(4); holes > 0; --holes) text += store::kTemplateHole + Text("ab T1", 4);
    return text;
  }

  // `classes`: what each hole may have, an alphabet's number.
  Made Fill(const std::string& text, const std::vector<size_t>& classes) {
    static constexpr std::string_view kAlphabets[] = {"12", "12ab", "ab T1-"};
    static constexpr size_t kLongest[] = {7, 5, 4};
    Made made;
    made.text = text;
    for (const size_t kind : classes) {
      made.in_holes.push_back(Text(kAlphabets[kind], kLongest[kind]));
      AppendString(made.parameters, made.in_holes.back());
    }
    EXPECT_TRUE(store::AppendMessage(text, made.parameters, made.message));
    return made;
  }

  std::string PhraseOf(const std::string& message) {
    if (message.empty() || Below(4) == 0) return Text("ab T1", 4) + "b";
    const size_t from = Below(message.size());
    return message.substr(from, 1 + Below(message.size() - from));
  }

 private:
  std::mt19937 random_;
};

std::string Lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

std::vector<bool> InWords(const std::string& text) {
  std::vector<bool> in_word;
  for (size_t at = 0; at < text.size(); ++at) {
    if (text[at] == store::kTemplateHole) in_word.push_back(store::WordNumbers::IsInWord(text, at));
  }
  return in_word;
}

// Of those that store/parameter_streams.h keeps apart: neither digits nor lower-case hex.
bool IsOther(const std::string& parameter) {
  return parameter.find_first_not_of("0123456789abcdef") != std::string::npos;
}

bool Holds(const std::string& text, const std::string& phrase) { return text.find(phrase) != std::string::npos; }

TEST(PhraseTest, SaysOfAFormOnlyWhatHoldsForAllItsMessages) {
  Maker maker(11);
  int answers[6] = {};
  for (int round = 0; round < 24'000; ++round) {
    const std::string text = maker.Template();
    std::vector<size_t> classes(store::CountHoles(text));
    for (size_t& kind : classes) kind = maker.Below(3);
    store::MessageForms::Form form{text, std::vector<uint16_t>(classes.size(), 0), InWords(text), 0};
    std::vector<Made> messages;
    for (int i = 0; i < 12; ++i) messages.push_back(maker.Fill(text, classes));
    for (const Made& made : messages) {
      for (size_t hole = 0; hole < classes.size(); ++hole)
        form.holes[hole] |= store::CharacterGroups(made.in_holes[hole]);
    }
    const bool ignore_case = round % 2 == 0;
    const auto folded = [&](const std::string& any) { return ignore_case ? Lower(any) : any; };
    const std::string phrase = folded(maker.PhraseOf(messages[0].message));
    if (phrase.empty()) continue;
    const PhraseFinder finder(phrase, ignore_case);
    const PhraseAnswer answer = finder.In(form);
    ++answers[static_cast<int>(answer)];
    for (const Made& made : messages) {
      const bool holds = Holds(folded(made.message), phrase);
      const bool in_parameter = std::any_of(made.in_holes.begin(), made.in_holes.end(), [&](const std::string& one) {
        return IsOther(one) && Holds(folded(one), phrase);
      });
      const std::string what = "\"" + phrase + "\" in \"" + made.message + "\" of \"" + text + "\"";
      if (answer == PhraseAnswer::kNever) {
        ASSERT_FALSE(holds) << what;
      }
      if (answer == PhraseAnswer::kAlways) {
        ASSERT_TRUE(holds) << what;
      }
      if (answer == PhraseAnswer::kInParameter) {
        ASSERT_EQ(holds, in_parameter) << what;
      }
      if (answer == PhraseAnswer::kWithNumber && holds) {
        bool in_word = false;
        for (size_t hole = 0; hole < classes.size(); ++hole) {
          in_word |= form.in_word[hole] && made.in_holes[hole] == finder.digits();
        }
        ASSERT_TRUE(in_word) << what;
      }
      if (answer == PhraseAnswer::kWithDigits && holds) {
        ASSERT_TRUE(std::any_of(made.in_holes.begin(), made.in_holes.end(), [&](const std::string& one) {
          return Holds(one, std::string(finder.digits()));
        })) << what;
      }
    }
  }
  for (const int count : answers) EXPECT_GT(count, 50);  // each answer was tried
}

// Some signatures with one template, some with several, some without, in sealed segments and the open one.
class PhraseStore {
 public:
  explicit PhraseStore(uint32_t seed) : maker_(seed) {
    for (int i = 0; i < 8; ++i) {
      templates_.push_back(maker_.Template());
      classes_.emplace_back(store::CountHoles(templates_.back()));
      for (size_t& kind : classes_.back()) kind = maker_.Below(3);
    }
    for (int i = 0; i < 5000; ++i) {
      AddEvent(i);
      if (i == 2500 || i == 4500) fixture_.Seal();
    }
  }

  int64_t CountOf(const std::string& filter, int64_t step_us) {
    CountQuestion question;
    question.filter = *Filter::Parse(filter, nullptr);
    question.step_us = step_us;
    const auto counts = Count(*fixture_.view(), question, {});
    EXPECT_THAT(counts, IsOk());
    return counts.ok() ? counts->total : -1;
  }

  Maker& maker() { return maker_; }
  const std::vector<std::string>& messages() const { return messages_; }

 private:
  void AddEvent(int i) {
    const size_t which = maker_.Below(templates_.size());
    const Made made = maker_.Fill(templates_[which], classes_[which]);
    store::Event event;
    event.time_us = kNewYear + i * kSecond / 4;
    event.signature = 1 + which / 2;  // two templates each
    event.severity = store::kErrorSeverity;
    event.message = fixture_.Keep(made.message);
    if (which != 7 || i % 3 != 0) {
      event.message_template = fixture_.Keep(made.text);
      event.parameters = fixture_.Keep(made.parameters);
    }
    SetDimension(event, store::Dimension::kService, "s");
    fixture_.Add(event);
    messages_.push_back(made.message);
  }

  Maker maker_;
  StoreFixture fixture_;
  std::vector<std::string> templates_;
  std::vector<std::vector<size_t>> classes_;
  std::vector<std::string> messages_;
};

TEST(PhraseTest, CountsWhatReadingAllMessagesCounts) {
  for (uint32_t seed = 1; seed <= 3; ++seed) {
    PhraseStore made(seed);
    for (int round = 0; round < 60; ++round) {
      const std::string phrase = made.maker().PhraseOf(made.messages()[made.maker().Below(made.messages().size())]);
      int64_t exact = 0, folded = 0;
      for (const std::string& message : made.messages()) {
        exact += Holds(message, phrase) ? 1 : 0;
        folded += Holds(Lower(message), Lower(phrase)) ? 1 : 0;
      }
      const int64_t step_us = round % 3 == 0 ? 0 : 60 * kSecond;
      EXPECT_EQ(made.CountOf("message = \"*" + phrase + "*\"", step_us), exact) << phrase;
      EXPECT_EQ(made.CountOf("\"" + phrase + "\"", step_us), folded) << phrase;
      EXPECT_EQ(made.CountOf("NOT message = \"*" + phrase + "*\"", step_us),
                static_cast<int64_t>(made.messages().size()) - exact)
          << phrase;
    }
  }
}

// "account user4711@canary.example failed": only chunks with the number inside a word are looked at.
TEST(PhraseTest, AnAccountInsideAWordIsLookedForWhereItsNumberIs) {
  constexpr int kEvents = 9'000;
  StoreFixture fixture;
  const std::string text =
      std::string("account user") + store::kTemplateHole + "@canary.example failed " + store::kTemplateHole;
  const auto account = [](int i) { return std::to_string(1'000 + i % 3'000 * 7); };
  std::map<std::string, int64_t> counts;
  for (int i = 0; i < kEvents; ++i) {
    store::Event event;
    event.time_us = kNewYear + i * kSecond;
    event.signature = 1;
    std::string parameters, message;
    const bool in_word = i % 8 == 1;  // fewer than are kept of a chunk
    if (in_word) AppendString(parameters, account(i));
    AppendString(parameters, in_word ? "200" : account(i + 1));  // a number that is no account
    event.message_template = fixture.Keep(in_word ? text : std::string("code ") + store::kTemplateHole);
    event.parameters = fixture.Keep(parameters);
    ASSERT_TRUE(store::AppendMessage(event.message_template, event.parameters, message));
    event.message = fixture.Keep(message);
    fixture.Add(event);
    if (in_word) ++counts["user" + account(i) + "@canary.example"];
    if (i == 7'000) fixture.Seal();
  }
  int64_t skipped = 0;
  for (const int i : {1, 2, 9, 4'497, 8'993}) {
    for (const std::string& word : {"user" + account(i) + "@canary.example", "ser" + account(i) + "@can"}) {
      CountQuestion question;
      question.filter = *Filter::Parse("message = \"*" + word + "*\"", nullptr);
      const auto view = fixture.view();
      QueryPlan plan(*view);
      QueryControl control;
      control.plan = &plan;
      const auto found = Count(*view, question, control);
      ASSERT_THAT(found, IsOk());
      EXPECT_EQ(found->total, counts["user" + account(i) + "@canary.example"]) << word;
      v1::QueryPlan told;
      plan.Fill(found->scan, control, told);
      skipped += told.chunks_skipped();
    }
  }
  EXPECT_GT(skipped, 0);
}

}  // namespace
}  // namespace faultline::query
