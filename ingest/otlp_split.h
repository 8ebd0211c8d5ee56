// An OTLP export request -> values that fit into a Kafka record.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "opentelemetry/v1/logs.pb.h"

namespace faultline::ingest {

struct OtlpParts {
  std::vector<std::string> values;  // each an ExportLogsServiceRequest of its own, in their order
  int64_t records = 0;              // log records in them
  int64_t too_large = 0;            // log records that fit into no value, and are in none
};

// Cuts between log records, and keeps resource and scope with each. A value has at most `max_bytes`.
OtlpParts SplitForKafka(const opentelemetry::v1::ExportLogsServiceRequest& request, size_t max_bytes);

}  // namespace faultline::ingest
