// Names of attributes as rules write them -> as they are stored.
//
// A capture's name cannot hold a dot. Names of the OpenTelemetry semantic
// conventions (https://opentelemetry.io/docs/specs/semconv/registry/attributes/)
// are written with "_" for ".": client_address is stored as client.address.
// In any other name "__" stands for a dot: haproxy__backend is haproxy.backend.
#pragma once

#include <string>
#include <string_view>

namespace faultline::ingest {

// The stored name; `name` itself where nothing is known of it.
std::string StoredAttributeName(std::string_view name);

}  // namespace faultline::ingest
