// The forms under which an id that a person gives may be stored.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/pseudonym.h"
#include "store/event.h"

namespace faultline::query {

// The normalised id, and its keyed hash where there is a key: user and device
// ids are stored as hashes, and so are other ids in which the redactor found
// private data. Empty when `raw` can be no id. `pseudonyms` may be null.
std::vector<std::string> IdCandidates(store::IdKind kind, std::string_view raw, const Pseudonyms* pseudonyms);

}  // namespace faultline::query
