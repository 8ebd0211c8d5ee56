// Words in rules and captures -> what they stand for.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "store/event.h"

namespace faultline::ingest {

// OTel severity number of a level by its name (ingest/severity.h), or of a
// number 1..24; 0 when it is none.
uint8_t SeverityOfLevel(std::string_view level);
// "trace" … "fatal"; "" for 0.
std::string_view LevelOfSeverity(uint8_t severity);
// As ingest/side_names.h; nullopt for what is no side.
std::optional<store::Side> SideOfName(std::string_view name);

}  // namespace faultline::ingest
