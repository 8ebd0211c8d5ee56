// The guards that every text of a record passes, in their order: size cap,
// UTF-8 repair, redaction, sanitising.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/arena.h"
#include "ingest/redactor.h"

namespace faultline::ingest {

// Returns at most `limit` bytes, as a part of `text` or a copy in `arena`, and
// adds store::EventFlag bits for what was done to `flags`. A phone number that
// the cap would cut in two, and so hide from the redactor, is not kept in part.
std::string_view CleanText(std::string_view text, size_t limit, const Redactor& redactor, Arena& arena,
                           uint16_t& flags);
// The same without redaction, for names and versions that would only be mistaken.
std::string_view CleanName(std::string_view text, size_t limit, Arena& arena, uint16_t& flags);

}  // namespace faultline::ingest
