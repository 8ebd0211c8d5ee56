#include "ingest/formats/cloud_event_headers.h"

#include <algorithm>
#include <string>

namespace faultline::ingest {
namespace {

constexpr std::string_view kPrefix = "ce_";

}  // namespace

EnvelopePart ReadCloudEventHeaders(std::span<const std::pair<std::string_view, std::string_view>> headers,
                                   Arena& arena) {
  EnvelopePart part;
  const bool fits =
      std::any_of(headers.begin(), headers.end(), [](const auto& header) { return header.first == "ce_specversion"; });
  if (!fits) return part;
  for (const auto& [name, value] : headers) {
    if (!name.starts_with(kPrefix) || value.empty()) continue;
    const std::string_view key = name.substr(kPrefix.size());
    if (key == "specversion" || key == "dataschema") continue;
    if (key == "type") part.fallback_message = value;
    const bool meant = key == "time" || key == "traceparent";
    part.fields.emplace_back(meant ? key : arena.Copy("cloudevents." + std::string(key)), value);
  }
  return part;
}

}  // namespace faultline::ingest
