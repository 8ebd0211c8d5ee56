// Remembers for the templates of late messages which rules can match them.
//
// A template is worked out when it comes for the second time: of a flood of
// messages that are all different none is. Bounded: at most 4,096 templates of
// up to 512 bytes. Not thread-safe.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/rule_prefilter.h"
#include "ingest/signature.h"

namespace faultline::ingest {

class TemplateRules {
 public:
  TemplateRules() : slots_(kSlots) {}

  // The rules of `prefilter`'s pack that may match the message, by index, in
  // order, at most RulePrefilter::kMaxPossible. Null when all have to be tried:
  // a template that is not known yet, is not ASCII, has too many rules, or
  // whose variable runs hold more than RulePrefilter::BytesOf(kAny).
  const std::vector<int>* Find(const RulePrefilter& prefilter, const MaskedMessage& message);

 private:
  static constexpr size_t kSlots = 4'096;  // power of two
  static constexpr size_t kMaxFormBytes = 512;
  struct Slot {
    uint64_t hash = 0;
    bool known = false;  // else it came once
    bool too_many = false;
    RulePrefilter::Holes holes = RulePrefilter::Holes::kAny;
    std::string form;
    std::vector<int> possible;
  };

  std::string_view FormOf(const MaskedMessage& message, RulePrefilter::Holes& holes);
  std::string_view WithMarks(const MaskedMessage& message);

  uint64_t serial_ = 0;  // of the prefilter that the slots are about
  std::vector<Slot> slots_;
  std::string form_;
};

}  // namespace faultline::ingest
