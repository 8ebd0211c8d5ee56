// Whether an event of a chunk counts as a failure.
#pragma once

#include <cstddef>

#include "store/event.h"
#include "store/segment.h"

namespace faultline::query {

// As Event::IsError() says. `columns` must hold store::kStateColumns.
inline bool IsFailure(const store::Columns& columns, size_t at) {
  store::Event state;
  state.outcome = static_cast<store::Outcome>(columns.outcome[at]);
  state.severity = columns.severity[at];
  return state.IsError();
}

}  // namespace faultline::query
