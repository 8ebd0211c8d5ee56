// One round of learning: the places at which words vary, of a set of messages.
#pragma once

#include <cstdint>
#include <unordered_set>
#include <vector>

#include "query/grouping/template_words.h"

namespace faultline::query {

// Words behind a word, by hash of both and the delimiter between, that were found to vary.
using KnownValues = std::unordered_set<uint64_t>;

// Hashes of (place, all other words), one for each word of `words` that could vary; 0 for
// the others. Longer messages than kMaxPlaces words have none.
inline constexpr size_t kMaxPlaces = 64;
void HashPlaces(const TemplateWords& words, std::vector<uint64_t>& places);

// The hashes of those places of `messages`, which are distinct, that vary; adds the values there to `known`.
std::unordered_set<uint64_t> FindVariablePlaces(const std::vector<const TemplateWords*>& messages, KnownValues& known);

}  // namespace faultline::query
