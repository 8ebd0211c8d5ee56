#include "deploy/server/config_topics.h"

#include "base/status_macros.h"
#include "deploy/server/config_value.h"
#include "fmt/format.h"
#include "store/event.h"

namespace faultline::deploy {
namespace {

absl::StatusOr<store::Side> ReadSide(const std::string& name) {
  for (int i = 1; i < store::kSides; ++i) {
    const auto side = static_cast<store::Side>(i);
    if (store::SideName(side) == name) return side;
  }
  return absl::InvalidArgumentError("side \"" + name + "\" is not one of CLIENT, SERVER, NETWORK, USER");
}

absl::StatusOr<ingest::PipelineOptions::TopicOptions> ReadTopic(const YAML::Node& node) {
  ingest::PipelineOptions::TopicOptions topic;
  ASSIGN_OR_RETURN(const auto settings, ReadMap(node));
  for (const auto& [name, value] : settings) {
    if (name == "topic") {
      topic.topic = value;
    } else if (name == "format") {
      ASSIGN_OR_RETURN(topic.format, ingest::ParseFormat(value));
    } else if (name == "side") {
      ASSIGN_OR_RETURN(topic.side, ReadSide(value));
    } else {
      return absl::InvalidArgumentError("\"" + name + "\" is not one of topic, format, side");
    }
  }
  if (topic.topic.empty()) return absl::InvalidArgumentError("an entry names no topic");
  return topic;
}

}  // namespace

absl::StatusOr<TopicList> ReadTopics(const YAML::Node& node) {
  TopicList topics;
  if (node.IsNull()) return topics;
  if (!node.IsSequence()) return absl::InvalidArgumentError("write a list of {topic, format, side}");
  for (const YAML::Node& element : node) {
    ASSIGN_OR_RETURN(topics.emplace_back(), ReadTopic(element));
  }
  return topics;
}

std::string ShowTopics(const TopicList& topics) {
  std::string text;
  for (const auto& topic : topics) {
    text += fmt::format("{}{{topic: {}, format: {}, side: {}}}", text.empty() ? "" : ", ", topic.topic,
                        ingest::FormatName(topic.format), store::SideName(topic.side));
  }
  return "[" + text + "]";
}

}  // namespace faultline::deploy
