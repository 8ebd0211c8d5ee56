// One log record after decoding and before redaction: what the wire said, by
// meaning, whatever the format was. Views point into the source's buffer or
// into the arena given to the decoder.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "store/event.h"

namespace faultline::ingest {

struct LogRecord {
  // Microseconds since the epoch; 0 where not stated.
  int64_t time_us = 0;      // the writer's clock
  int64_t sent_us = 0;      // the writer's clock when it was uploaded
  int64_t received_us = 0;  // the collector's clock

  uint8_t severity = 0;  // OTel severity number, 0 not stated
  store::Side side = store::Side::kUnspecified;
  uint16_t flags = 0;  // store::EventFlag bits found while decoding

  // Indexed by store::Dimension; kSeverityText is the level as written.
  std::array<std::string_view, store::kDimensions> dimensions;
  // Indexed by store::IdKind; as written, not yet normalised.
  std::array<std::string_view, store::kIdKinds> ids;

  std::string_view message;
  std::string_view exception_message;
  std::string_view stacktrace;
  // What has no place above. Keys are dotted paths.
  std::vector<std::pair<std::string_view, std::string_view>> attributes;

  // How the record relates to those before and behind it: ingest/line_assembler.h.
  struct Line {
    bool is_line = false;     // one line of what a producer wrote, which may go on in the next record
    bool is_part = false;     // ends inside a line: what follows has no line break in front
    bool has_time = false;    // the text begins with a time of its own
    bool framed = false;      // its frame states a level or a process: an indent alone says nothing
    bool own_fields = false;  // fields are from the text itself: the lines behind it do not have them
    bool absorbed = false;    // now part of another record
    int64_t last_offset = 0;  // of the last source record that went into it
    int64_t absorbed_lines = 0;
  };
  Line line;

  // Set for a record of `kind: attempts`: not an event.
  struct AttemptCount {
    std::string_view operation;
    int64_t window_seconds = 60;
    int64_t count = 0;
  };
  std::optional<AttemptCount> attempts;

  std::string_view dimension(store::Dimension d) const { return dimensions[static_cast<size_t>(d)]; }
  void set_dimension(store::Dimension d, std::string_view v) { dimensions[static_cast<size_t>(d)] = v; }
  std::string_view id(store::IdKind k) const { return ids[static_cast<size_t>(k)]; }
  void set_id(store::IdKind k, std::string_view v) { ids[static_cast<size_t>(k)] = v; }
};

}  // namespace faultline::ingest
