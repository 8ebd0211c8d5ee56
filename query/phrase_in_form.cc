#include "query/phrase_in_form.h"

#include <algorithm>

#include "store/event.h"

namespace faultline::query {
namespace {

constexpr size_t kMaxPhrase = 63;
constexpr uint16_t kAnything = 0xffff;
// So short a run is in the parameters of nearly every chunk.
constexpr size_t kFewDigits = 3;

bool IsSmallLetter(char c) { return c >= 'a' && c <= 'z'; }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsHex(char c) { return IsDigit(c) || (c >= 'a' && c <= 'f'); }
char Capital(char c) { return static_cast<char>(c - 'a' + 'A'); }

}  // namespace

// Where the phrase may have been found so far. Bit k of a state: the last k characters may be its first k.
class PhraseFinder::Follower {
 public:
  // `digits_apart`: finds only what does not have all of the phrase's digits() within one parameter.
  Follower(const PhraseFinder& finder, bool digits_apart)
      : finder_(finder),
        whole_(uint64_t{1} << finder.phrase_.size()),
        before_digits_(digits_apart ? (uint64_t{2} << finder.digits_begin_) - 1 : 0),
        not_behind_digits_((uint64_t{1} << finder.digits_end_) - 1) {}

  bool in_fixed_text() const { return (fixed_found_ & whole_) != 0; }
  bool found() const { return found_; }          // with characters of the fixed text
  bool in_parameter() const { return inside_; }  // within one parameter

  void Fixed(char c) {
    const uint64_t places = finder_.places_[static_cast<uint8_t>(c)];
    fixed_ = (fixed_ & places) << 1 | 1;
    fixed_found_ |= fixed_;
    state_ = (state_ & places) << 1 | 1;
    found_ |= (state_ & whole_) != 0;
  }

  void Hole(uint16_t content) {
    const uint64_t begun_before = GoOn(state_ & ~(whole_ | 1), content);
    const uint64_t begun_inside = GoOn(1, content);
    found_ |= (begun_before & whole_) != 0;
    inside_ |= (begun_inside & whole_) != 0;
    state_ = (begun_before | begun_inside) & ~whole_;
    fixed_ = 1;
  }

 private:
  // After none or more characters of a parameter.
  uint64_t GoOn(uint64_t state, uint16_t content) const {
    if (before_digits_ == 0) return Extend(state, content);
    return (Extend(state & before_digits_, content) & not_behind_digits_) | Extend(state & ~before_digits_, content);
  }

  uint64_t Extend(uint64_t state, uint16_t content) const {
    for (size_t k = 0; state >> k != 0 && k < finder_.groups_.size(); ++k) {
      if ((state >> k & 1) != 0 && (finder_.groups_[k] & content) != 0) state |= uint64_t{2} << k;
    }
    return state;
  }

  const PhraseFinder& finder_;
  const uint64_t whole_;
  const uint64_t before_digits_, not_behind_digits_;  // states in which the digits are ahead, or not all passed
  uint64_t state_ = 1;
  uint64_t fixed_ = 1, fixed_found_ = 0;  // since the last hole
  bool found_ = false, inside_ = false;
};

PhraseFinder::PhraseFinder(std::string_view phrase, bool ignore_case)
    : phrase_(phrase),
      followed_(phrase.size() <= kMaxPhrase && phrase.find(store::kTemplateHole) == std::string_view::npos) {
  if (!followed_) return;
  for (size_t k = 0; k < phrase_.size(); ++k) {
    const char c = phrase_[k];
    const bool both = ignore_case && IsSmallLetter(c);
    places_[static_cast<uint8_t>(c)] |= uint64_t{1} << k;
    if (both) places_[static_cast<uint8_t>(Capital(c))] |= uint64_t{1} << k;
    groups_.push_back(store::CharacterGroup(c) | (both ? store::CharacterGroup(Capital(c)) : 0));
  }
  FindDigits();
}

void PhraseFinder::FindDigits() {
  size_t begin = 0;
  for (size_t k = 0; k <= phrase_.size(); ++k) {
    if (k < phrase_.size() && IsDigit(phrase_[k])) continue;
    if (k - begin > digits_end_ - digits_begin_) {
      digits_begin_ = begin;
      digits_end_ = k;
    }
    begin = k + 1;
  }
}

void PhraseFinder::Follow(const store::MessageForms::Form& form, Follower& follower) {
  size_t hole = 0;
  for (const char c : form.text) {
    if (c != store::kTemplateHole) {
      follower.Fixed(c);
    } else {
      follower.Hole(hole < form.holes.size() ? form.holes[hole] : kAnything);
      ++hole;
    }
  }
}

PhraseAnswer PhraseFinder::In(const store::MessageForms::Form& form) const {
  if (!followed_) return PhraseAnswer::kSome;
  Follower follower(*this, /*digits_apart=*/false);
  Follow(form, follower);
  if (follower.in_fixed_text()) return PhraseAnswer::kAlways;
  if (!follower.found() && !follower.in_parameter()) return PhraseAnswer::kNever;
  // Digits and hex are apart from the other parameters.
  if (!follower.found() && !std::all_of(phrase_.begin(), phrase_.end(), IsHex)) return PhraseAnswer::kInParameter;
  if (digits().size() < kFewDigits) return PhraseAnswer::kSome;
  Follower apart(*this, /*digits_apart=*/true);
  Follow(form, apart);
  return apart.found() || apart.in_parameter() ? PhraseAnswer::kSome : PhraseAnswer::kWithDigits;
}

}  // namespace faultline::query
