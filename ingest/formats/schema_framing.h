// What serialisers with a schema registry put in front of a payload: Confluent's magic byte 0 and a schema id of four
// bytes, and AWS Glue's header of 18 bytes. A payload of JSON Schema is JSON; Avro and Protobuf need their schema.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace faultline::ingest {

struct SchemaFraming {
  size_t size = 0;          // bytes in front of the payload; 0: there is no frame
  std::string_view system;  // "confluent" or "glue"
  std::string schema;       // the id as people write it: "7", or a UUID
};

// Reads the frame that `value` starts with, or the id that Confluent's newer mode puts into the header
// "__value_schema_id" (the value has no frame then: `size` is 0 and `schema` is set).
SchemaFraming ReadSchemaFraming(std::string_view value,
                                std::span<const std::pair<std::string_view, std::string_view>> headers);

}  // namespace faultline::ingest
