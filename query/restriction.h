// Makes a checked restriction from the three texts it was written as.
#pragma once

#include <string_view>

#include "absl/status/statusor.h"
#include "base/pseudonym.h"
#include "query/filter_node.h"

namespace faultline::query {

// `sign` is one of = != : < <= > >=. The node is a restriction, negated for !=.
// `*` in `value` matches any text in = and :. Errors: InvalidArgument for a
// comparator the field does not have, or a value it cannot hold.
absl::StatusOr<FilterNodePtr> MakeRestriction(const FilterField& field, std::string_view sign, std::string_view value,
                                              const Pseudonyms* pseudonyms);
// What a bare word or quote means: the message contains it.
FilterNodePtr MakeMessageSearch(std::string_view text);

}  // namespace faultline::query
