// What a series of a store counts: the failures of a signature, the units of a pair, or the failures
// where a dimension has a value.
#pragma once

#include <compare>
#include <cstdint>
#include <string>

#include "store/event.h"

namespace faultline::query {

struct WatchedKey {
  uint64_t signature = 0;  // of a pair, the client's; 0 where a dimension is meant
  uint64_t server = 0;     // of a pair
  store::Dimension dimension = store::Dimension{};
  std::string value;

  bool is_pair() const { return server != 0; }
  bool is_cell() const { return signature == 0; }
  auto operator<=>(const WatchedKey&) const = default;
};

}  // namespace faultline::query
