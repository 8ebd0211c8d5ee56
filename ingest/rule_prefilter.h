// Tells from the template of a message which rules can match it at all, so that
// most messages need no regular expression.
//
// RE2 knows for a pattern which literal texts a match of it must contain. A
// template is the message with its variable runs cut out; where none of the
// texts that a rule needs can be in any message of that template, whatever the
// runs hold, the rule cannot match. What remains is tried as always.
//
// Immutable; thread-safe.
#pragma once

#include <re2/filtered_re2.h>

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/byte_block.h"
#include "ingest/rule.h"

namespace faultline::ingest {

class RulePrefilter {
 public:
  // Of more rules than these at once, one pass over all of them costs less.
  static constexpr size_t kMaxPossible = 4;

  // Null when it would not help: without patterns, or when more than
  // kMaxPossible of them need no literal text. `rules` in their order.
  static std::unique_ptr<const RulePrefilter> Create(const std::vector<std::shared_ptr<const Rule>>& rules);

  // What the variable runs of a message hold: the fewer bytes, the more rules are out.
  enum class Holes : uint8_t {
    kNumbers,  // digits, hex, units and what joins them, as in 99c7187a, 12.5ms, 10:15:00
    kAny,      // the same letters, and blanks, brackets, quotes and other printable ASCII
  };
  static const ByteSet& BytesOf(Holes holes);

  // The indices of the rules that may match, in order. `form` is ASCII; each
  // store::kTemplateHole in it stands for one or more bytes of BytesOf(holes).
  std::vector<int> Possible(std::string_view form, Holes holes) const;
  // Differs between all prefilters of a process.
  uint64_t serial() const { return serial_; }

 private:
  // Pairs of neighbouring letters that no hole holds, as bits of their hash.
  using Pairs = std::array<uint64_t, 4>;
  // A literal text, in lower case, as the states of a bit-parallel matcher: bit i is its byte i.
  struct Atom {
    std::array<uint64_t, 128> states_of{};  // by byte of the text
    std::array<uint64_t, 2> in_hole{};      // those that a hole may hold, by Holes
    uint64_t last = 0;
    Pairs pairs{};  // a form without all of them cannot have the atom
  };

  RulePrefilter() = default;
  static Atom AtomOf(std::string_view text);
  static Pairs PairsOf(std::string_view text);
  static bool MayOccur(const Atom& atom, std::string_view form, Holes holes);

  re2::FilteredRE2 patterns_;
  std::vector<int> rules_;   // by number of a pattern in patterns_
  std::vector<Atom> atoms_;  // as patterns_ numbers them
  uint64_t serial_ = 0;
};

}  // namespace faultline::ingest
