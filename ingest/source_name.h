// The name of a stream's source, as events carry it (store::Dimension::kSource).
#pragma once

#include <string>

#include "store/record_outcome.h"

namespace faultline::ingest {

// The topic of a Kafka stream ("kafka:logs.client/3" -> "logs.client") and of
// captured records, also where they are replayed; else the file's name without its folder.
std::string SourceName(const store::StreamPosition& position);

}  // namespace faultline::ingest
