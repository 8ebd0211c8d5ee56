#include "store/signature_order.h"

#include <algorithm>
#include <numeric>

namespace faultline::store {

void MakeSignatureOrder(std::span<const uint16_t> signatures, std::vector<uint16_t>& order) {
  order.resize(signatures.size());
  if (signatures.empty()) return;
  const uint32_t codes = uint32_t{*std::max_element(signatures.begin(), signatures.end())} + 1;
  if (codes > 4 * signatures.size()) {
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(), [&](uint16_t a, uint16_t b) { return signatures[a] < signatures[b]; });
    return;
  }
  std::vector<uint32_t> next(codes + 1, 0);
  for (const uint16_t code : signatures) ++next[code + 1u];
  std::partial_sum(next.begin(), next.end(), next.begin());
  for (size_t i = 0; i < signatures.size(); ++i) order[next[signatures[i]]++] = static_cast<uint16_t>(i);
}

}  // namespace faultline::store
