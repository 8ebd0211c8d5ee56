// What the pipeline can be told; every value has a default that suits most.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "ingest/decoder.h"
#include "ingest/event_parser.h"
#include "ingest/line_assembler.h"
#include "store/event.h"

namespace faultline::ingest {

struct PipelineOptions {
  size_t max_record_bytes = 8 << 20;  // a larger record is cut and a dead letter
  DecoderOptions decoder;
  EventParserOptions parser;
  LineOptions lines;
  // Side and format per topic, by name or by "prefix*"; the first that fits.
  struct TopicOptions {
    std::string topic;
    Format format = Format::kAuto;
    store::Side side = store::Side::kUnspecified;
  };
  std::vector<TopicOptions> topics;
};

}  // namespace faultline::ingest
