// Remembers short texts that the guards found nothing to do about, as services,
// regions and names of fields come again with every record: one comparison in
// place of repair, redaction and sanitising.
//
// It only ever says "known to be clean"; whatever it does not know has to go
// through the guards. Bounded: 64 KB. Not thread-safe.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

#include "base/text_ends.h"

namespace faultline::ingest {

class CleanValues {
 public:
  static constexpr size_t kMaxBytes = 47;

  CleanValues() : slots_(kSlots) {}

  bool Has(std::string_view text) const {
    if (text.empty() || text.size() > kMaxBytes) return false;
    const TextEnds ends = TextEnds::Of(text);
    const Slot& slot = slots_[IndexOf(ends, text.size())];
    if (slot.size != text.size() || slot.ends != ends) return false;
    return text.size() <= TextEnds::kWhole || std::memcmp(slot.text.data(), text.data(), text.size()) == 0;
  }

  // Takes the place of another text where need be. Longer ones than kMaxBytes are not remembered.
  void Add(std::string_view text) {
    if (text.empty() || text.size() > kMaxBytes) return;
    const TextEnds ends = TextEnds::Of(text);
    Slot& slot = slots_[IndexOf(ends, text.size())];
    slot.ends = ends;
    slot.size = static_cast<uint8_t>(text.size());
    std::memcpy(slot.text.data(), text.data(), text.size());
  }

 private:
  static constexpr size_t kSlots = 1024;  // power of two
  struct Slot {
    TextEnds ends;
    uint8_t size = 0;  // 0: free
    std::array<char, kMaxBytes> text{};
  };

  static size_t IndexOf(const TextEnds& ends, size_t size) { return (ends.Hash(size) >> 32) & (kSlots - 1); }

  std::vector<Slot> slots_;
};

}  // namespace faultline::ingest
