// Which bytes of a stored event each part of its signature was made from.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "faultline/v1/event_origin.pb.h"
#include "store/event.h"
#include "store/record_outcome.h"

namespace faultline::ingest {

void SetBytes(std::string_view field, size_t start, size_t size, faultline::v1::ByteRange& bytes);

// Where `part` stands in `text`; nullopt unless exactly once, so that nothing is claimed that may be chance.
std::optional<size_t> OnlyPlace(std::string_view part, std::string_view text);

// Fills `origin` and `parts`. `definition` is that of the event's signature; `captures` are filled already.
void PlaceParts(const store::SignatureDefinition& definition, const store::Event& event,
                faultline::v1::ExplainEventResponse& response);

}  // namespace faultline::ingest
