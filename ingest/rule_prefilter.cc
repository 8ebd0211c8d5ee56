#include "ingest/rule_prefilter.h"

#include <algorithm>
#include <atomic>

#include "ingest/private_span.h"
#include "store/event.h"

namespace faultline::ingest {
namespace {

constexpr int kMinAtomBytes = 1;  // a line end alone tells much

constexpr bool FitsHole(char c) {
  if (IsAlpha(c)) return IsHex(c) || std::string_view("msMGKkBhxTZ").find(c) != std::string_view::npos;
  return c >= ' ' && c < '\x7f';
}
constexpr bool FitsNumber(char c) {
  return FitsHole(c) && (IsAlnum(c) || std::string_view(".,:-+_/%").find(c) != std::string_view::npos);
}
constexpr std::array<ByteSet, 2> kHoleBytes = {ByteSet(FitsNumber), ByteSet(FitsHole)};

// Small letters of which neither form stands in a hole.
constexpr bool IsFixed(char c) { return IsLower(c) && !FitsHole(c) && !FitsHole(static_cast<char>(c - 32)); }
constexpr ByteSet kFixedBytes(IsFixed);

// The states behind one or more bytes of a hole; a match may also begin in it.
uint64_t InHole(uint64_t states, uint64_t in_hole) {
  uint64_t reached = 0;
  while (true) {
    states = (states << 1 | 1) & in_hole;
    if ((states & ~reached) == 0) return reached;
    reached |= states;
  }
}

}  // namespace

const ByteSet& RulePrefilter::BytesOf(Holes holes) { return kHoleBytes[static_cast<size_t>(holes)]; }

std::unique_ptr<const RulePrefilter> RulePrefilter::Create(const std::vector<std::shared_ptr<const Rule>>& rules) {
  static std::atomic<uint64_t> serials{0};
  std::unique_ptr<RulePrefilter> made(new RulePrefilter());
  made->serial_ = ++serials;
  made->patterns_ = re2::FilteredRE2(kMinAtomBytes);
  RE2::Options options;
  options.set_log_errors(false);
  options.set_never_capture(true);
  for (size_t i = 0; i < rules.size(); ++i) {
    const std::string& pattern = rules[i]->spec().match;
    if (pattern.empty()) continue;
    int number = 0;
    if (made->patterns_.Add(pattern, options, &number) != RE2::NoError) return nullptr;
    made->rules_.push_back(static_cast<int>(i));
  }
  if (made->rules_.empty()) return nullptr;
  std::vector<std::string> texts;
  made->patterns_.Compile(&texts);
  for (const std::string& text : texts) made->atoms_.push_back(AtomOf(text));
  return made->Possible("", Holes::kAny).size() > kMaxPossible ? nullptr : std::move(made);
}

RulePrefilter::Atom RulePrefilter::AtomOf(std::string_view text) {
  // The start of a text is in a message wherever the whole of it is.
  text = text.substr(0, 64);
  Atom atom;
  for (size_t i = 0; i < text.size(); ++i) {
    const uint64_t state = uint64_t{1} << i;
    for (int c = 1; c < 128; ++c) {
      const char byte = static_cast<char>(c);
      // Beyond ASCII what RE2 takes for one letter may be several; no such byte is in a form.
      if (Lower(byte) != text[i] && !IsHigh(text[i])) continue;
      atom.states_of[static_cast<size_t>(c)] |= state;
      for (size_t h = 0; h < kHoleBytes.size(); ++h) atom.in_hole[h] |= kHoleBytes[h].Has(byte) ? state : 0;
    }
    atom.last = state;
  }
  atom.pairs = PairsOf(text);
  return atom;
}

RulePrefilter::Pairs RulePrefilter::PairsOf(std::string_view text) {
  Pairs pairs{};
  char before = '\0';
  for (const char c : text) {
    const char lower = kFixedBytes.Has(Lower(c)) ? Lower(c) : '\0';
    if (before != '\0' && lower != '\0') {
      const auto bit = static_cast<unsigned>((before - 'a') * 26 + (lower - 'a')) & 255;
      pairs[bit >> 6] |= uint64_t{1} << (bit & 63);
    }
    before = lower;
  }
  return pairs;
}

// Whether some message of that form has the atom in it.
bool RulePrefilter::MayOccur(const Atom& atom, std::string_view form, Holes holes) {
  if (atom.last == 0) return true;
  uint64_t states = 0;
  for (const char c : form) {
    if (c != store::kTemplateHole) {
      states = (states << 1 | 1) & atom.states_of[static_cast<unsigned char>(c) & 127];
    } else {
      states = InHole(states, atom.in_hole[static_cast<size_t>(holes)]);
    }
    if ((states & atom.last) != 0) return true;
  }
  return false;
}

std::vector<int> RulePrefilter::Possible(std::string_view form, Holes holes) const {
  const Pairs pairs = PairsOf(form);
  const auto has_pairs = [&pairs](const Atom& atom) {
    uint64_t missing = 0;
    for (size_t i = 0; i < pairs.size(); ++i) missing |= atom.pairs[i] & ~pairs[i];
    return missing == 0;
  };
  std::vector<int> found;
  for (size_t i = 0; i < atoms_.size(); ++i) {
    if (has_pairs(atoms_[i]) && MayOccur(atoms_[i], form, holes)) found.push_back(static_cast<int>(i));
  }
  std::vector<int> numbers, possible;
  patterns_.AllPotentials(found, &numbers);
  for (const int number : numbers) possible.push_back(rules_[static_cast<size_t>(number)]);
  std::sort(possible.begin(), possible.end());
  return possible;
}

}  // namespace faultline::ingest
