// Remembers for the templates of late messages which rules can match them.
//
// A template is worked out when it comes for the second time: of a flood of
// messages that are all different none is. Bounded: at most 4,096 templates of
// up to 512 bytes. Not thread-safe.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/rule_prefilter.h"
#include "ingest/signature.h"

namespace faultline::ingest {

class TemplateRules {
 public:
  TemplateRules() : sets_(kSets) {}

  // The rules of `prefilter`'s pack that may match the message, by index, in
  // order, at most RulePrefilter::kMaxPossible. Null when all have to be tried:
  // a template that is not known yet, is not ASCII, has too many rules, or
  // whose variable runs hold more than RulePrefilter::BytesOf(kAny).
  const std::vector<int>* Find(const RulePrefilter& prefilter, const MaskedMessage& message);

 private:
  static constexpr size_t kSets = 1'024;  // power of two
  static constexpr size_t kWays = 4;
  static constexpr size_t kMaxFormBytes = 512;
  struct Known {
    bool too_many = false;
    RulePrefilter::Holes holes = RulePrefilter::Holes::kAny;
    std::string form;
    std::vector<int> possible;
  };
  // Templates whose hash ends alike. One that came once is only noted, and takes the oldest place when it comes again.
  struct Set {
    std::array<uint64_t, kWays> hashes{};
    uint64_t came_once = 0;
    size_t oldest = 0;
    std::array<Known, kWays> known;
  };

  std::string_view FormOf(const MaskedMessage& message, RulePrefilter::Holes& holes);
  std::string_view WithMarks(const MaskedMessage& message);

  uint64_t serial_ = 0;  // of the prefilter that the sets are about
  std::vector<Set> sets_;
  std::string form_;
};

}  // namespace faultline::ingest
