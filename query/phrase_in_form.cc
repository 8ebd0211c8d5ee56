#include "query/phrase_in_form.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "store/event.h"

namespace faultline::query {
namespace {

// A longer phrase is not followed: its states are the bits of one word.
constexpr size_t kMaxPhrase = 63;
constexpr uint16_t kAnything = 0xffff;

bool IsHex(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); }

char Fold(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

// Where the phrase may have been found so far. Bit k of the state: the last k characters may be its first k.
class Follower {
 public:
  Follower(std::string_view phrase, bool ignore_case) : phrase_(phrase) {
    for (const char c : phrase) {
      uint16_t groups = store::CharacterGroup(c);
      if (ignore_case && c >= 'a' && c <= 'z') groups |= store::CharacterGroup('A');
      groups_.push_back(groups);
    }
  }

  bool found() const { return found_; }          // with characters of the fixed text
  bool in_parameter() const { return inside_; }  // within one parameter

  void Fixed(char c) {
    uint64_t next = 1;
    for (size_t k = 0; k < phrase_.size(); ++k) {
      if ((state_ >> k & 1) != 0 && phrase_[k] == c) next |= uint64_t{2} << k;
    }
    Enter(next);
  }

  void Hole(uint16_t content) {
    const uint64_t begun_before = GoOn(state_ & ~uint64_t{1}, content);
    const uint64_t begun_inside = GoOn(1, content);
    inside_ |= IsWhole(begun_inside);
    Enter(begun_before);
    state_ |= begun_inside & ~(uint64_t{1} << phrase_.size());
  }

 private:
  bool IsWhole(uint64_t state) const { return (state >> phrase_.size() & 1) != 0; }
  void Enter(uint64_t state) {
    found_ |= IsWhole(state);
    state_ = state & ~(uint64_t{1} << phrase_.size());
  }
  // After none or more characters of a parameter.
  uint64_t GoOn(uint64_t state, uint16_t content) const {
    for (size_t k = 0; k < phrase_.size(); ++k) {
      if ((state >> k & 1) != 0 && (groups_[k] & content) != 0) state |= uint64_t{2} << k;
    }
    return state;
  }

  const std::string_view phrase_;
  std::vector<uint16_t> groups_;  // by character of the phrase: those that a hole must have
  uint64_t state_ = 1;
  bool found_ = false, inside_ = false;
};

bool FixedTextHolds(std::string_view text, std::string_view phrase) {
  for (;;) {
    const size_t hole = text.find(store::kTemplateHole);
    if (text.substr(0, hole).find(phrase) != std::string_view::npos) return true;
    if (hole == std::string_view::npos) return false;
    text.remove_prefix(hole + 1);
  }
}

}  // namespace

PhraseAnswer FindPhrase(const store::MessageForms::Form& form, std::string_view phrase, bool ignore_case) {
  if (phrase.find(store::kTemplateHole) != std::string_view::npos) return PhraseAnswer::kSome;
  std::string text(form.text);
  if (ignore_case) std::transform(text.begin(), text.end(), text.begin(), Fold);
  if (FixedTextHolds(text, phrase)) return PhraseAnswer::kAlways;
  if (phrase.size() > kMaxPhrase) return form.holes.empty() ? PhraseAnswer::kNever : PhraseAnswer::kSome;
  Follower follower(phrase, ignore_case);
  size_t hole = 0;
  for (const char c : text) {
    if (c != store::kTemplateHole) {
      follower.Fixed(c);
      continue;
    }
    follower.Hole(hole < form.holes.size() ? form.holes[hole] : kAnything);
    ++hole;
  }
  if (follower.found()) return PhraseAnswer::kSome;
  if (!follower.in_parameter()) return PhraseAnswer::kNever;
  // A number may be a parameter of any class.
  return std::all_of(phrase.begin(), phrase.end(), IsHex) ? PhraseAnswer::kSome : PhraseAnswer::kInParameter;
}

}  // namespace faultline::query
