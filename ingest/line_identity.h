// Whose line a record is: two lines of one producer belong to one text, those
// of two producers never do.
#pragma once

#include <cstdint>

#include "ingest/log_record.h"

namespace faultline::ingest {

struct LineIdentity {
  uint64_t producer = 0;  // of the service, the process, the container, the file and the stream
  uint64_t host = 0;      // 0 where not stated

  // A shipper may lose the host of one line.
  bool SameAs(const LineIdentity& other) const {
    return producer == other.producer && (host == other.host || host == 0 || other.host == 0);
  }
};

// `record` as decoded. Of a plain text nothing is known but its source stream.
LineIdentity IdentityOf(const LogRecord& record);

}  // namespace faultline::ingest
