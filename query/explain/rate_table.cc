#include "query/explain/rate_table.h"

#include <algorithm>
#include <utility>

#include "absl/strings/string_view.h"
#include "xxhash.h"

namespace faultline::query {
namespace {

constexpr size_t kFirstSlots = 1024;  // a power of two, as every size after it

}  // namespace

RateTable::RateTable(std::vector<std::string> dimensions)
    : dimensions_(std::move(dimensions)),
      values_(dimensions_.size()),
      code_of_(dimensions_.size()),
      has_other_(dimensions_.size()),
      slots_(kFirstSlots, 0) {}

uint32_t RateTable::CodeOf(size_t dimension, std::string_view value) {
  auto& codes = code_of_[dimension];
  const auto found = codes.find(absl::string_view(value.data(), value.size()));
  if (found != codes.end()) return found->second;
  if (codes.size() >= kMaxExplainValues) {
    has_other_[dimension] = true;
    return kOtherValue;
  }
  const auto code = static_cast<uint32_t>(codes.size());
  codes.emplace(std::string(value), code);
  values_[dimension].emplace_back(value);
  return code;
}

std::optional<size_t> RateTable::RowOf(std::span<const uint32_t> codes) {
  const size_t mask = slots_.size() - 1;
  const uint64_t hash = XXH3_64bits(codes.data(), codes.size_bytes());
  size_t slot = SlotOf(hash, mask);
  for (; slots_[slot] != 0; slot = (slot + 1) & mask) {
    if ((slots_[slot] ^ hash) >> 32 != 0) continue;
    const size_t row = static_cast<uint32_t>(slots_[slot]) - 1;
    const auto begin = codes_.begin() + static_cast<std::ptrdiff_t>(row * codes.size());
    if (std::equal(codes.begin(), codes.end(), begin)) return row;
  }
  const size_t row = target_.size();
  if (row == kMaxExplainRows) return std::nullopt;
  slots_[slot] = (hash >> 32 << 32) | (row + 1);
  codes_.insert(codes_.end(), codes.begin(), codes.end());
  target_.emplace_back();
  if (target_.size() * 2 > slots_.size()) Grow();
  return row;
}

void RateTable::Grow() {
  std::vector<uint64_t> slots(slots_.size() * 2, 0);
  const size_t mask = slots.size() - 1;
  for (const uint64_t taken : slots_) {
    if (taken == 0) continue;
    size_t slot = SlotOf(taken, mask);
    while (slots[slot] != 0) slot = (slot + 1) & mask;
    slots[slot] = taken;
  }
  slots_ = std::move(slots);
}

void RateTable::Add(std::vector<Counts>& to, size_t row, double failures, double attempts) {
  if (failures > attempts) ++overfull_;
  if (to.size() <= row) to.resize(target_.size());
  to[row].failures += failures;
  to[row].attempts += std::max(failures, attempts);
}

}  // namespace faultline::query
