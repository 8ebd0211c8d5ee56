// A filter's tree, prepared for one segment.
#pragma once

#include <memory>

#include "absl/status/statusor.h"
#include "query/filter.h"
#include "query/filter_node.h"

namespace faultline::query {

// `segment` must outlive the result; `root` is kept. `root` may be null: all events fit.
absl::StatusOr<std::unique_ptr<BoundFilter>> BindTree(FilterNodePtr root, const store::Segment& segment);

}  // namespace faultline::query
