// "NAME=VALUE" of --property, for settings of librdkafka.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace faultline::deploy {

// Errors: InvalidArgument for one without "=".
inline absl::StatusOr<std::map<std::string, std::string>> ParseProperties(const std::vector<std::string>& pairs) {
  std::map<std::string, std::string> properties;
  for (const std::string& pair : pairs) {
    const size_t equals = pair.find('=');
    if (equals == std::string::npos) return absl::InvalidArgumentError("--property " + pair + ": write NAME=VALUE");
    properties[pair.substr(0, equals)] = pair.substr(equals + 1);
  }
  return properties;
}

}  // namespace faultline::deploy
