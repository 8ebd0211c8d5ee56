#include "query/filter.h"

#include <utility>

#include "base/status_macros.h"
#include "query/bound_tree.h"
#include "query/filter_node.h"
#include "query/filter_parser.h"

namespace faultline::query {

Filter::Filter() = default;

absl::StatusOr<Filter> Filter::Parse(std::string_view text, const Pseudonyms* pseudonyms) {
  Filter filter;
  ASSIGN_OR_RETURN(filter.root_, ParseFilter(text, pseudonyms));
  return filter;
}

absl::StatusOr<std::unique_ptr<BoundFilter>> Filter::Bind(const store::Segment& segment) const {
  return BindTree(root_, segment);
}

std::string Filter::ToString() const { return root_ == nullptr ? "" : query::ToString(*root_); }

}  // namespace faultline::query
