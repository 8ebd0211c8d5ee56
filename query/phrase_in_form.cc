#include "query/phrase_in_form.h"

#include <algorithm>
#include <bit>

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
  // `apart`: where all of the phrase's digits() do not go into one parameter.
  Follower(const PhraseFinder& finder, Apart apart)
      : finder_(finder),
        apart_(apart),
        whole_(uint64_t{1} << finder.phrase_.size()),
        before_digits_((uint64_t{2} << finder.digits_begin_) - 1),
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

  // `in_word`: numbers alone are in it, and they are known (store/word_numbers.h).
  void Hole(uint16_t content, bool in_word) {
    const bool apart = apart_ == Apart::kEverywhere || (apart_ == Apart::kInWords && in_word);
    const uint64_t places = PlacesOf(content);
    const uint64_t begun_before = GoOn(state_ & ~(whole_ | 1), places, apart);
    const uint64_t begun_inside = GoOn(1, places, apart);
    found_ |= (begun_before & whole_) != 0;
    inside_ |= (begun_inside & whole_) != 0;
    state_ = (begun_before | begun_inside) & ~whole_;
    fixed_ = 1;
  }

 private:
  // Where the phrase's character may be in a hole.
  uint64_t PlacesOf(uint16_t content) const {
    uint64_t places = 0;
    for (unsigned rest = content; rest != 0; rest &= rest - 1) {
      places |= finder_.group_places_[static_cast<size_t>(std::countr_zero(rest))];
    }
    return places;
  }

  // After none or more characters of a parameter.
  uint64_t GoOn(uint64_t state, uint64_t places, bool apart) const {
    if (!apart) return Extend(state, places);
    // Those that have the digits ahead do not pass all of them.
    return (Extend(state & before_digits_, places) & not_behind_digits_) | Extend(state & ~before_digits_, places);
  }

  // From every bit of `state` on through the `places` that follow: the carry of an addition runs through them
  // (Navarro and Raffinot 2002, "Flexible Pattern Matching in Strings", 4.3).
  static uint64_t Extend(uint64_t state, uint64_t places) { return state | (((state & places) + places) ^ places); }

  const PhraseFinder& finder_;
  const Apart apart_;
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
    const unsigned groups = store::CharacterGroup(c) | (both ? store::CharacterGroup(Capital(c)) : 0U);
    for (size_t group = 0; group < group_places_.size(); ++group) {
      group_places_[group] |= uint64_t{groups >> group & 1} << k;
    }
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
      const bool known = hole < form.holes.size();
      const uint16_t content = known ? form.holes[hole] : kAnything;
      follower.Hole(content, known && content == store::kDigitsAlone && form.in_word[hole]);
      ++hole;
    }
  }
}

bool PhraseFinder::IsFoundWith(Apart apart, const store::MessageForms::Form& form) const {
  Follower follower(*this, apart);
  Follow(form, follower);
  return follower.found() || follower.in_parameter();
}

PhraseAnswer PhraseFinder::In(const store::MessageForms::Form& form) const {
  if (!followed_) return PhraseAnswer::kSome;
  Follower follower(*this, Apart::kNowhere);
  Follow(form, follower);
  if (follower.in_fixed_text()) return PhraseAnswer::kAlways;
  if (!follower.found() && !follower.in_parameter()) return PhraseAnswer::kNever;
  // Digits and hex are apart from the other parameters.
  if (!follower.found() && !std::all_of(phrase_.begin(), phrase_.end(), IsHex)) return PhraseAnswer::kInParameter;
  if (digits().size() < kFewDigits || IsFoundWith(Apart::kEverywhere, form)) return PhraseAnswer::kSome;
  // Between other characters of the phrase they are a whole number.
  const bool whole = digits_begin_ > 0 && digits_end_ < phrase_.size();
  return whole && !IsFoundWith(Apart::kInWords, form) ? PhraseAnswer::kWithNumber : PhraseAnswer::kWithDigits;
}

}  // namespace faultline::query
