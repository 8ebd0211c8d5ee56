#include "store/pick.h"

#include <algorithm>

#include "store/signature_order.h"

namespace faultline::store {
namespace {

// Up to so many, counting who stands before each costs less than making the whole order.
constexpr size_t kFew = 16;

// Events with a smaller code, and those before it with the same.
uint16_t PlaceOf(std::span<const uint16_t> signatures, uint32_t index) {
  const uint16_t code = signatures[index];
  uint16_t before = 0;
  for (const uint16_t other : signatures.first(index)) before += static_cast<uint16_t>(other <= code ? 1 : 0);
  for (const uint16_t other : signatures.subspan(index)) before += static_cast<uint16_t>(other < code ? 1 : 0);
  return before;
}

}  // namespace

std::vector<Pick> PicksInOrder(std::span<const uint32_t> indexes) {
  std::vector<Pick> picks(indexes.size());
  for (size_t row = 0; row < indexes.size(); ++row) {
    picks[row] = {static_cast<uint16_t>(indexes[row]), static_cast<uint16_t>(row)};
  }
  return picks;
}

std::vector<Pick> PicksInSignatureOrder(std::span<const uint16_t> signatures, std::span<const uint32_t> indexes) {
  std::vector<Pick> picks = PicksInOrder(indexes);
  if (indexes.size() <= kFew) {
    for (Pick& pick : picks) pick.place = PlaceOf(signatures, pick.place);
  } else {
    std::vector<uint16_t> order;
    MakeSignatureOrder(signatures, order);
    std::vector<uint16_t> places(order.size());
    for (size_t place = 0; place < order.size(); ++place) places[order[place]] = static_cast<uint16_t>(place);
    for (Pick& pick : picks) pick.place = places[pick.place];
  }
  std::sort(picks.begin(), picks.end(), [](const Pick& a, const Pick& b) { return a.place < b.place; });
  return picks;
}

}  // namespace faultline::store
