// A made event as a line of JSON, as services of every sort log it.
#pragma once

#include <cstdint>
#include <string>

#include "store/event.h"

namespace faultline::bench {

class ScaleJson {
 public:
  // Appends one line with its newline.
  void Append(const store::Event& event, std::string& to);

 private:
  void AppendTime(const char* key, int64_t time_us, std::string& to);

  int64_t day_ = INT64_MIN;
  std::string date_;  // of `day_`
};

}  // namespace faultline::bench
