// Text to look for, with `*` for any run of characters.
//
// Immutable and thread-safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::query {

class TextPattern {
 public:
  enum class Match {
    kWhole,     // the text must equal the pattern
    kContains,  // as kWhole when there is a `*`, else the pattern may stand anywhere
  };
  TextPattern() = default;
  // `text`: `*` matches any run, also an empty one; `\*` is an asterisk, `\\` a
  // backslash. ASCII case is ignored when `fold_case`.
  TextPattern(std::string_view text, Match match, bool fold_case);

  bool Matches(std::string_view text) const;
  // "*" alone: any text but the empty one.
  bool IsPresence() const { return presence_; }
  // No `*`, and the whole text is asked for.
  bool IsExact() const { return !contains_ && pieces_.size() == 1; }
  // What is looked for at any place of the text, when the pattern asks for no more; in small letters when
  // `ignores_case()`. Never empty.
  std::optional<std::string_view> phrase() const;
  bool ignores_case() const { return fold_case_; }
  // The text of an exact pattern, without escapes.
  const std::string& exact_text() const { return pieces_.front(); }

 private:
  bool MatchesFolded(std::string_view text) const;

  std::vector<std::string> pieces_ = {""};  // what stands between the asterisks, folded when fold_case_
  bool contains_ = false;
  bool fold_case_ = false;
  bool presence_ = false;
};

}  // namespace faultline::query
