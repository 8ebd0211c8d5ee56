// What the configuration says of single topics: their format and side.
#pragma once

#include <yaml-cpp/yaml.h>

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "ingest/pipeline_options.h"

namespace faultline::deploy {

using TopicList = std::vector<ingest::PipelineOptions::TopicOptions>;

// A list of {topic: NAME or PREFIX*, format: FORMAT, side: SIDE}; format and
// side may be left out. Errors: InvalidArgument with what may be written.
absl::StatusOr<TopicList> ReadTopics(const YAML::Node& node);
std::string ShowTopics(const TopicList& topics);

}  // namespace faultline::deploy
