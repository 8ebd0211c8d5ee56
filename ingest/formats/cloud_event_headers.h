// CloudEvents in binary mode: the envelope is in Kafka's headers, "ce_id" and so on, and the value is the data.
#pragma once

#include <span>
#include <string_view>
#include <utility>

#include "base/arena.h"
#include "ingest/formats/envelope.h"

namespace faultline::ingest {

// What the headers say of the value. No fields where "ce_specversion" is not among them.
EnvelopePart ReadCloudEventHeaders(std::span<const std::pair<std::string_view, std::string_view>> headers,
                                   Arena& arena);

}  // namespace faultline::ingest
