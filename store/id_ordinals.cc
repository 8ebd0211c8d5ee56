#include "store/id_ordinals.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "base/varint.h"
#include "store/keys.h"
#include "store/segment.h"

namespace faultline::store {
namespace {

absl::Status Malformed() { return absl::DataLossError("malformed id ordinals"); }

}  // namespace

std::string IdOrdinals::Encode(std::span<const uint16_t> ordinals, std::span<const uint8_t> firsts) {
  const auto ids = static_cast<size_t>(std::count(firsts.begin(), firsts.end(), 1));
  std::string value(1, static_cast<char>(kPartVersion));
  value.reserve(16 + ordinals.size() * sizeof(uint16_t) + (ordinals.size() + 7) / 8);
  AppendVarint(value, ordinals.size());
  AppendVarint(value, ids);
  value.append(reinterpret_cast<const char*>(ordinals.data()), ordinals.size() * sizeof(uint16_t));
  if (ids == ordinals.size()) return value;
  for (size_t i = 0; i < firsts.size(); i += 8) {
    const size_t end = std::min(firsts.size(), i + 8);
    int bits = 0;
    for (size_t at = i; at < end; ++at) bits |= firsts[at] << (at - i);
    value.push_back(static_cast<char>(bits));
  }
  return value;
}

absl::Status IdOrdinals::Open(std::string_view value) {
  uint64_t entries = 0;
  uint64_t ids = 0;
  if (value.empty() || static_cast<uint8_t>(value.front()) != kPartVersion) return Malformed();
  value.remove_prefix(1);
  if (!ReadVarint(value, entries) || !ReadVarint(value, ids) || ids > entries || entries > kMaxSegmentEvents ||
      (ids == 0) != (entries == 0) || value.size() < entries * sizeof(uint16_t)) {
    return Malformed();
  }
  entries_ = static_cast<uint32_t>(entries);
  ids_ = static_cast<uint32_t>(ids);
  ordinals_ = value.substr(0, entries * sizeof(uint16_t));
  firsts_ = value.substr(ordinals_.size());
  if (ids == entries) return firsts_.empty() ? absl::OkStatus() : Malformed();
  if (firsts_.size() != (entries + 7) / 8 || !IsFirst(0) || Rank(entries_ - 1) + 1 != ids_) return Malformed();
  return absl::OkStatus();
}

uint16_t IdOrdinals::Ordinal(uint32_t entry) const {
  uint16_t ordinal = 0;
  std::memcpy(&ordinal, ordinals_.data() + size_t{entry} * sizeof(ordinal), sizeof(ordinal));
  return ordinal;
}

bool IdOrdinals::IsFirst(uint32_t entry) const {
  return firsts_.empty() || (static_cast<uint8_t>(firsts_[entry / 8]) >> (entry % 8) & 1) != 0;
}

uint64_t IdOrdinals::WholeWord(uint32_t word) const {
  uint64_t bits = 0;
  std::memcpy(&bits, firsts_.data() + size_t{word} * sizeof(bits), sizeof(bits));
  return bits;
}

uint64_t IdOrdinals::Word(uint32_t word) const {
  uint64_t bits = 0;
  const size_t offset = size_t{word} * sizeof(bits);
  std::memcpy(&bits, firsts_.data() + offset, std::min(sizeof(bits), firsts_.size() - offset));
  return bits;
}

uint32_t IdOrdinals::Rank(uint32_t entry) const {
  if (firsts_.empty()) return entry;
  uint32_t count = 0;
  for (uint32_t word = 0; word < entry / 64; ++word) count += static_cast<uint32_t>(std::popcount(WholeWord(word)));
  return count + static_cast<uint32_t>(std::popcount(Word(entry / 64) << (63 - entry % 64))) - 1;
}

uint32_t IdOrdinals::Start(uint32_t index) const {
  if (firsts_.empty() || index >= ids_) return index >= ids_ ? entries_ : index;
  uint32_t word = 0;
  uint32_t left = index;
  for (;; ++word) {
    const auto here = static_cast<uint32_t>(std::popcount(Word(word)));
    if (left < here) break;
    left -= here;
  }
  uint64_t bits = Word(word);
  for (; left > 0; --left) bits &= bits - 1;
  return word * 64 + static_cast<uint32_t>(std::countr_zero(bits));
}

std::vector<uint16_t> IdOrdinals::Events(uint32_t index) const {
  std::vector<uint16_t> events;
  const uint32_t start = Start(index);
  for (uint32_t entry = start; entry < entries_ && (entry == start || !IsFirst(entry)); ++entry) {
    events.push_back(Ordinal(entry));
  }
  return events;
}

void IdOrdinals::FindFew(std::vector<Wanted>& wanted, std::span<int32_t> ids) const {
  constexpr uint32_t kBlock = 64;
  const auto find_in = [&](uint32_t begin, uint32_t end, size_t w) {
    for (uint32_t entry = begin; entry < end; ++entry) {
      if (Ordinal(entry) == wanted[w].ordinal) {
        ids[wanted[w].place] = static_cast<int32_t>(Rank(entry));
        return;
      }
    }
  };
  uint32_t entry = 0;
  // Blocks of a fixed size, which compilers turn into vector instructions. Each is fetched once for all that are
  // wanted: fetching is what takes the time.
  for (; entry + kBlock <= entries_ && !wanted.empty(); entry += kBlock) {
    uint16_t block[kBlock];
    std::memcpy(block, ordinals_.data() + size_t{entry} * sizeof(uint16_t), sizeof(block));
    for (size_t w = wanted.size(); w-- > 0;) {
      uint16_t hits = 0;
      for (uint32_t i = 0; i < kBlock; ++i) hits |= static_cast<uint16_t>(block[i] == wanted[w].ordinal ? 1 : 0);
      if (hits == 0) continue;
      find_in(entry, entry + kBlock, w);
      wanted.erase(wanted.begin() + static_cast<ptrdiff_t>(w));
    }
  }
  for (size_t w = 0; w < wanted.size(); ++w) find_in(entry, entries_, w);
}

std::vector<int32_t> IdOrdinals::IdsOf(std::span<const uint32_t> ordinals) const {
  constexpr size_t kFew = 8;
  std::vector<int32_t> ids(ordinals.size(), -1);
  if (ordinals.size() <= kFew) {
    std::vector<Wanted> wanted;
    for (uint32_t i = 0; i < ordinals.size(); ++i) {
      if (ordinals[i] <= UINT16_MAX) wanted.push_back({static_cast<uint16_t>(ordinals[i]), i});
    }
    FindFew(wanted, ids);
    return ids;
  }
  // Many at once: one pass over all entries with the id's index kept along.
  std::vector<uint32_t> wanted(size_t{UINT16_MAX} + 1, UINT32_MAX);
  for (size_t i = 0; i < ordinals.size(); ++i) {
    if (ordinals[i] <= UINT16_MAX) wanted[ordinals[i]] = static_cast<uint32_t>(i);
  }
  int32_t index = -1;
  for (uint32_t entry = 0; entry < entries_; ++entry) {
    if (IsFirst(entry)) ++index;
    const uint32_t i = wanted[Ordinal(entry)];
    if (i != UINT32_MAX) ids[i] = index;
  }
  return ids;
}

}  // namespace faultline::store
