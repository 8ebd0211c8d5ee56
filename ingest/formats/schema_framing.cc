#include "ingest/formats/schema_framing.h"

#include <cstdint>

#include "absl/strings/escaping.h"

namespace faultline::ingest {
namespace {

constexpr size_t kConfluentBytes = 5;
constexpr size_t kUuidBytes = 16;
constexpr size_t kGlueBytes = 2 + kUuidBytes;

std::string Uuid(std::string_view bytes) {
  std::string hex = absl::BytesToHexString(absl::string_view(bytes.data(), bytes.size()));
  for (const size_t at : {size_t{20}, size_t{16}, size_t{12}, size_t{8}}) hex.insert(at, 1, '-');
  return hex;
}

}  // namespace

SchemaFraming ReadSchemaFraming(std::string_view value,
                                std::span<const std::pair<std::string_view, std::string_view>> headers) {
  SchemaFraming framing;
  for (const auto& [name, id] : headers) {
    // A byte 1 and a GUID.
    if (name != "__value_schema_id" || id.size() != 1 + kUuidBytes || id[0] != 1) continue;
    framing.system = "confluent";
    framing.schema = Uuid(id.substr(1));
    return framing;
  }
  if (value.size() > kConfluentBytes && value[0] == 0) {
    uint32_t id = 0;
    for (size_t i = 1; i < kConfluentBytes; ++i) id = id << 8 | static_cast<uint8_t>(value[i]);
    return {.size = kConfluentBytes, .system = "confluent", .schema = std::to_string(id)};
  }
  const bool glue = value.size() > kGlueBytes && value[0] == 3 && (value[1] == 0 || value[1] == 5);
  if (glue) return {.size = kGlueBytes, .system = "glue", .schema = Uuid(value.substr(2, kUuidBytes))};
  return framing;
}

}  // namespace faultline::ingest
