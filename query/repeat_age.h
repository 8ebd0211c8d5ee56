// How long before a failure its unit failed the first time in the same way: with the same signature, or on the same
// side.
//
// So that who counts the units of a window need not look at every unit: a failure that is the first of its kind is a
// unit, and one whose first lies in the window as well is none. Kept as one of 16 classes.
#pragma once

#include <cstdint>

namespace faultline::query {

class RepeatAge {
 public:
  static constexpr uint8_t kFirst = 0;     // there was none before it
  static constexpr uint8_t kUnknown = 15;  // longer than the others say, or of a unit that is too large to tell

  // Of a failure that came `micros` (>= 0) after the first.
  static uint8_t ClassOf(int64_t micros) {
    uint8_t age = 1;
    while (age < kUnknown && micros > MaxMicros(age)) ++age;
    return age;
  }
  // Of any but kUnknown: 0.25 s for 1, twice as long for each further one, up to 34 minutes.
  static int64_t MaxMicros(uint8_t age) { return age == kFirst ? 0 : int64_t{250'000} << (age - 1); }
  // Whether the first of a failure at `time_us` is known to be after `start_us`, which may be INT64_MIN: of kUnknown
  // it never is.
  static bool IsFirstAfter(int64_t start_us, int64_t time_us, uint8_t age) {
    return EarliestFirst(time_us, age) > start_us;
  }
  // No first one is earlier; INT64_MIN where that is not known.
  static int64_t EarliestFirst(int64_t time_us, uint8_t age) {
    return age == kUnknown ? INT64_MIN : time_us - MaxMicros(age);
  }
};

}  // namespace faultline::query
