// One restriction of a filter, prepared for one segment.
//
// Belongs to one thread.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "query/filter_node.h"
#include "query/truth.h"
#include "store/segment.h"

namespace faultline::query {

// What has to be read to decide a leaf, cheapest first.
enum class LeafCost { kColumns, kMessages, kOtherTexts };

class BoundLeaf {
 public:
  virtual ~BoundLeaf() = default;

  virtual LeafCost cost() const = 0;
  // store::ColumnSet bits that Evaluate needs.
  virtual uint32_t columns() const { return 0; }
  // kNo or kYes when every event of the segment, or of the chunk, has that answer.
  virtual Truth OfSegment() const { return kOpen; }
  virtual Truth OfChunk(uint32_t /*chunk*/) const { return OfSegment(); }
  // Sets `truth` (columns.size of it) for every event i with wanted[i]; the
  // others may get any value. Never sets kOpen.
  virtual absl::Status Evaluate(uint32_t chunk, const store::Columns& columns, const std::vector<uint8_t>& wanted,
                                std::vector<Truth>& truth) = 0;
};

// `restriction` must outlive the leaf.
absl::StatusOr<std::unique_ptr<BoundLeaf>> BindColumnLeaf(const Restriction& restriction,
                                                          const store::Segment& segment);
absl::StatusOr<std::unique_ptr<BoundLeaf>> BindOrdinalLeaf(const Restriction& restriction,
                                                           const store::Segment& segment);
absl::StatusOr<std::unique_ptr<BoundLeaf>> BindMessageLeaf(const Restriction& restriction,
                                                           const store::Segment& segment);
std::unique_ptr<BoundLeaf> BindTextLeaf(const Restriction& restriction, const store::Segment& segment);

// Whether a text value fits, for kEqual, kHas and the orders.
bool ValueFits(const Restriction& restriction, std::string_view value);

}  // namespace faultline::query
