// What Loki calls labels: fields of the filter language under the names that Grafana knows.
//
// "level" and "detected_level" are severities by their band: "trace", "debug", "info", "warn", "error",
// "critical" (FATAL), "unknown". Thread-safe.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "faultline/v1/event.pb.h"

namespace faultline::deploy {

// Those that are listed, sorted.
const std::vector<std::string>& LokiLabelNames();
// The field of the filter language behind a label; empty for an unknown one.
std::string_view LokiField(std::string_view label);
// "ERROR3" -> "error".
std::string LokiLevel(std::string_view severity);
// Of a severity number.
std::string LokiLevelOf(int severity_number);
// The filter that selects a level; empty for no such level.
std::string_view LokiLevelFilter(std::string_view level);

using LokiLabels = std::map<std::string, std::string>;
// Of one event: what it has of the labels, and its exact ids as trace_id, message_id, ….
LokiLabels LokiLabelsOf(const faultline::v1::Event& event);
// {"service":"gateway"}
std::string LokiLabelsJson(const LokiLabels& labels);

}  // namespace faultline::deploy
