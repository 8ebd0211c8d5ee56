// The keys of the configuration, each tied to its place in a Config.
#pragma once

#include <yaml-cpp/yaml.h>

#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "deploy/server/config.h"

namespace faultline::deploy {

struct ConfigField {
  std::string key;  // "store.path"
  std::function<absl::Status(const YAML::Node&)> set;
  std::function<std::string()> show;  // the value as it would be written
};

// `config` must outlive the fields. In the order of deploy/faultline.yaml.
std::vector<ConfigField> ConfigFields(Config& config);

}  // namespace faultline::deploy
