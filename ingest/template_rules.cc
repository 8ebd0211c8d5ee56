#include "ingest/template_rules.h"

#include <xxhash.h>

#include "base/byte_block.h"
#include "base/varint.h"
#include "store/event.h"

namespace faultline::ingest {
namespace {

bool IsAscii(std::string_view text) {
  static constexpr ByteSet kAscii([](char) { return true; });
  return AllIn(text, kAscii);
}

}  // namespace

// The template; but the redactor's marks, which are variable runs of few texts,
// stand in it as they are. Empty when there is none that can be used.
std::string_view TemplateRules::FormOf(const MaskedMessage& message) {
  if (message.text.empty() || message.text.size() > kMaxFormBytes) return {};
  const bool plain = message.parameters.empty() || AllIn(message.parameters, RulePrefilter::HoleBytes());
  if (plain) return message.text;
  if (message.parameters.find('<') == std::string_view::npos) return {};
  form_.clear();
  std::string_view rest = message.parameters;
  for (const char c : message.text) {
    std::string_view run;
    if (c != store::kTemplateHole || !ReadString(rest, run)) {
      form_.push_back(c);
    } else if (run.size() > 2 && run.size() < 16 && run.front() == '<' && run.back() == '>') {
      form_.append(run);
    } else if (!run.empty() && AllIn(run, RulePrefilter::HoleBytes())) {
      form_.push_back(c);
    } else {
      return {};
    }
  }
  return form_;
}

const std::vector<int>* TemplateRules::Find(const RulePrefilter& prefilter, const MaskedMessage& message) {
  if (serial_ != prefilter.serial()) {
    slots_.assign(kSlots, Slot());
    serial_ = prefilter.serial();
  }
  const std::string_view form = FormOf(message);
  if (form.empty()) return nullptr;
  const uint64_t hash = XXH3_64bits(form.data(), form.size());
  Slot& slot = slots_[hash & (kSlots - 1)];
  if (slot.hash != hash) {
    slot.hash = hash;
    slot.known = false;
    return nullptr;
  }
  if (!slot.known) {
    slot.known = true;
    slot.form = form;
    slot.possible = prefilter.Possible(form);
    slot.too_many = slot.possible.size() > RulePrefilter::kMaxPossible || !IsAscii(form);
  }
  return slot.too_many || slot.form != form ? nullptr : &slot.possible;
}

}  // namespace faultline::ingest
