#include "ingest/template_rules.h"

#include <xxhash.h>

#include "base/byte_block.h"
#include "base/varint.h"
#include "store/event.h"

namespace faultline::ingest {
namespace {

using Holes = RulePrefilter::Holes;

constexpr std::string_view kHole(&store::kTemplateHole, 1);

bool IsMark(std::string_view run) {
  return run.size() > 2 && run.size() < 16 && run.front() == '<' && run.back() == '>';
}

bool IsAscii(std::string_view text) {
  static constexpr ByteSet kAscii([](char) { return true; });
  return AllIn(text, kAscii);
}

}  // namespace

// The template, and what its runs hold. The redactor's marks, which are runs of
// few texts, stand in it as they are. Empty when there is none that can be used.
std::string_view TemplateRules::FormOf(const MaskedMessage& message, Holes& holes) {
  holes = Holes::kNumbers;
  if (message.text.empty() || message.text.size() > kMaxFormBytes) return {};
  bool has_marks = false;
  std::string_view run;
  for (std::string_view rest = message.parameters; ReadString(rest, run);) {
    if (run.empty()) return {};
    if (IsMark(run)) {
      has_marks = true;
    } else if (!AllIn(run, RulePrefilter::BytesOf(Holes::kNumbers))) {
      if (!AllIn(run, RulePrefilter::BytesOf(Holes::kAny))) return {};
      holes = Holes::kAny;
    }
  }
  return has_marks ? WithMarks(message) : message.text;
}

std::string_view TemplateRules::WithMarks(const MaskedMessage& message) {
  form_.clear();
  std::string_view rest = message.parameters, text = message.text, run;
  while (true) {
    const size_t hole = text.find(store::kTemplateHole);
    form_.append(text.substr(0, hole));
    if (hole == std::string_view::npos || !ReadString(rest, run)) return form_;
    text.remove_prefix(hole + 1);
    form_.append(IsMark(run) ? run : kHole);
  }
}

const std::vector<int>* TemplateRules::Find(const RulePrefilter& prefilter, const MaskedMessage& message) {
  if (serial_ != prefilter.serial()) {
    sets_.assign(kSets, Set());
    serial_ = prefilter.serial();
  }
  Holes holes{};
  const std::string_view form = FormOf(message, holes);
  if (form.empty()) return nullptr;
  const uint64_t hash = XXH3_64bits_withSeed(form.data(), form.size(), static_cast<uint64_t>(holes));
  Set& set = sets_[hash & (kSets - 1)];
  size_t way = 0;
  while (way < kWays && set.hashes[way] != hash) ++way;
  if (way == kWays) {
    if (set.came_once != hash) {
      set.came_once = hash;
      return nullptr;
    }
    way = set.oldest;
    set.oldest = (way + 1) % kWays;
    set.hashes[way] = hash;
    Known& known = set.known[way];
    known.holes = holes;
    known.form = form;
    known.possible = prefilter.Possible(form, holes);
    known.too_many = known.possible.size() > RulePrefilter::kMaxPossible || !IsAscii(form);
  }
  const Known& known = set.known[way];
  return known.too_many || known.holes != holes || known.form != form ? nullptr : &known.possible;
}

}  // namespace faultline::ingest
