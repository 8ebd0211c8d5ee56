// Finds the signatures of a store by what they read like: for decisions from before a change of the algorithm that
// makes signatures.
//
// Belongs to one thread.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "query/decisions/overlaid_store.h"
#include "query/query_context.h"

namespace faultline::query {

class TemplateMatch {
 public:
  TemplateMatch() = default;  // of nothing
  // Of all signatures with events. Errors: the store's.
  static absl::StatusOr<TemplateMatch> Of(const QueryContext& context, const OverlaidStore& store);

  // Puts those of this store in the place of signatures that it does not know, where exactly one has the template;
  // returns how many. Errors: the store's.
  absl::StatusOr<int> Replace(const OverlaidStore& store, v1::Decision& decision) const;

 private:
  std::map<std::string, std::vector<uint64_t>> by_template_;
};

}  // namespace faultline::query
