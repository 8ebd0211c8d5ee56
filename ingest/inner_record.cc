#include "ingest/inner_record.h"

#include <string>

namespace faultline::ingest {
namespace {

using store::Dimension;

void FillDimension(Dimension dimension, std::string_view value, LogRecord& inner, Arena& arena) {
  std::string_view& own = inner.dimensions[static_cast<size_t>(dimension)];
  if (value.empty() || value == own) return;
  if (own.empty()) {
    own = value;
    return;
  }
  std::string name = "outer.";
  name += store::DimensionName(dimension);
  inner.attributes.emplace_back(arena.Copy(name), value);
}

}  // namespace

bool SaysWhatHappened(const LogRecord& inner) {
  return !inner.message.empty() || !inner.exception_message.empty() || !inner.stacktrace.empty() || inner.severity != 0;
}

void FillFromOuter(const LogRecord& outer, LogRecord& inner, Arena& arena) {
  if (inner.time_us == 0) inner.time_us = outer.time_us;
  if (inner.sent_us == 0) inner.sent_us = outer.sent_us;
  if (inner.received_us == 0) inner.received_us = outer.received_us;
  if (inner.side == store::Side::kUnspecified) inner.side = outer.side;
  inner.flags |= outer.flags;
  if (inner.severity == 0) {
    inner.severity = outer.severity;
    inner.set_dimension(Dimension::kSeverityText, outer.dimension(Dimension::kSeverityText));
  }
  for (size_t i = 0; i < outer.dimensions.size(); ++i) {
    const auto dimension = static_cast<Dimension>(i);
    if (dimension != Dimension::kSeverityText) FillDimension(dimension, outer.dimensions[i], inner, arena);
  }
  for (size_t i = 0; i < outer.ids.size(); ++i) {
    if (inner.ids[i].empty()) inner.ids[i] = outer.ids[i];
  }
  if (inner.exception_message.empty()) inner.exception_message = outer.exception_message;
  if (inner.stacktrace.empty()) inner.stacktrace = outer.stacktrace;
  inner.attributes.insert(inner.attributes.end(), outer.attributes.begin(), outer.attributes.end());
}

}  // namespace faultline::ingest
