#include "tests/bench/scale_options.h"

#include <cstdlib>

namespace faultline::bench {

bool TakeScaleFlag(std::string_view flag, const char* value, ScaleOptions& options) {
  if (flag == "--events") {
    options.events = std::strtoull(value, nullptr, 10);
  } else if (flag == "--hours") {
    options.span_us = static_cast<int64_t>(std::strtod(value, nullptr) * 3.6e9);
  } else if (flag == "--templates") {
    options.templates = static_cast<uint32_t>(std::strtoul(value, nullptr, 10));
  } else if (flag == "--message-bytes") {
    options.message_bytes = static_cast<uint32_t>(std::strtoul(value, nullptr, 10));
  } else if (flag == "--seed") {
    options.seed = std::strtoull(value, nullptr, 10);
  } else {
    return false;
  }
  return options.events > 0 && options.span_us > 0;
}

}  // namespace faultline::bench
