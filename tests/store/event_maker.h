// Events made from a seed: every field is used, some are empty, ids and texts
// repeat.
#pragma once

#include <cstdint>
#include <deque>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "store/event.h"

namespace faultline::testing {

class EventMaker {
 public:
  explicit EventMaker(uint64_t seed) : random_(seed) {}

  // Views into the maker, valid as long as it lives.
  store::Event Make();
  std::vector<store::Event> MakeMany(size_t count);

 private:
  uint64_t Below(uint64_t bound) { return random_() % bound; }
  std::string_view Keep(std::string text) { return kept_.emplace_back(std::move(text)); }
  std::string Hex(size_t digits);
  void SetIds(store::Event& event);
  void SetTexts(store::Event& event);

  std::mt19937_64 random_;
  std::deque<std::string> kept_;
  std::vector<std::string_view> recent_traces_;
  int64_t now_us_ = 1'700'000'000'000'000;
};

// All fields of an event as text, so that a difference can be read.
std::string Describe(const store::Event& event);

}  // namespace faultline::testing
