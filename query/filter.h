// The filter language: AIP-160 expressions over event fields
// (docs/filters.md). Parsing and evaluation know nothing of gRPC.
//
// A Filter is immutable and thread-safe; a BoundFilter belongs to one segment
// and one thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/pseudonym.h"
#include "store/segment.h"

namespace faultline::query {

struct FilterNode;  // the syntax tree, query/filter_node.h

class BoundFilter {
 public:
  virtual ~BoundFilter() = default;
  // Columns that Matches looks at.
  virtual uint32_t columns() const = 0;
  // Whether Matches needs nothing but those columns.
  virtual bool ReadsColumnsOnly() const = 0;
  // Prepares chunk `chunk` (already read into `columns`): fills `matches` with
  // one byte for each event, 1 where it fits. Reads text or the link table only
  // when the columns leave it open.
  virtual absl::Status Match(uint32_t chunk, const store::Columns& columns, std::vector<uint8_t>& matches) = 0;
  // False when nothing in the segment can fit, e.g. an id its filter excludes
  // or a service its dictionary lacks.
  virtual bool MayMatch() const = 0;
  // The same for one chunk, before its columns are read.
  virtual bool MayMatchChunk(uint32_t chunk) const = 0;
};

class Filter {
 public:
  // Parses at most 4 KB. `pseudonyms` (may be null, need not outlive the call)
  // turns user and device ids into what is stored. Errors: InvalidArgument,
  // "filter: column 17: …, did you mean …".
  static absl::StatusOr<Filter> Parse(std::string_view text, const Pseudonyms* pseudonyms);
  // Matches everything.
  Filter();

  absl::StatusOr<std::unique_ptr<BoundFilter>> Bind(const store::Segment& segment) const;
  bool matches_everything() const { return root_ == nullptr; }
  // The syntax tree, null when everything matches.
  const FilterNode* root() const { return root_.get(); }
  // Normalised text: equal filters give equal text.
  std::string ToString() const;

 private:
  std::shared_ptr<const FilterNode> root_;
};

// A field that may be counted by or filtered on by value.
struct FieldReference {
  enum class Kind { kDimension, kSide, kSeverity, kSignature, kOutcome } kind = Kind::kDimension;
  store::Dimension dimension = store::Dimension::kService;
};
// "service", "service.name", "side", … Errors: InvalidArgument with what is
// known and "did you mean".
absl::StatusOr<FieldReference> ParseCountField(std::string_view name);

}  // namespace faultline::query
