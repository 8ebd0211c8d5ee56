// The signature codes of a segment as the overlay regroups them: what its own codes become.
//
// Immutable once made; thread-safe.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "query/decisions/overlay.h"
#include "query/decisions/split_parts.h"
#include "store/message_forms.h"
#include "store/segment.h"

namespace faultline::query {

class RegroupedCodes {
 public:
  // Null when no event of the segment counts as anything else. Where a signature of it is split, its columns are read.
  static absl::StatusOr<std::shared_ptr<const RegroupedCodes>> Make(const store::Segment& segment,
                                                                    const Overlay& overlay, SplitParts& parts);

  const std::shared_ptr<const std::vector<uint64_t>>& signatures() const { return signatures_; }
  const std::vector<store::FormerSignature>& former() const { return former_; }
  // ColumnSet bits that Translate needs beside the signature.
  uint32_t columns() const { return columns_; }
  // `columns`, or the rows of a rollup, have the segment's codes before and the new ones after. Errors: DataLoss.
  absl::Status Translate(store::Columns& columns) const;
  // The segment's own signatures with events that count as `signature`, now or formerly; `some` when only some of their
  // events do.
  std::vector<uint64_t> StoredOf(uint64_t signature, bool& some) const;
  // The new codes that whoever asks for `signature` means.
  std::vector<uint16_t> CodesOf(uint64_t signature) const;
  store::MessageForms Translate(const store::MessageForms& forms) const;

 private:
  // A segment's own code, and the codes of the dimensions by which signatures are split.
  using Key = std::vector<uint16_t>;

  RegroupedCodes() = default;
  uint16_t CodeOf(uint64_t signature);
  // Takes the event with `stored`'s code and these values along: the code it gets.
  uint16_t Walk(uint16_t stored_code, const Overlay& overlay, const Overlay::ValueOf& value_of, SplitParts& parts);
  absl::Status WalkSplit(const store::Segment& segment, const Overlay& overlay, SplitParts& parts);
  Key KeyAt(const store::Columns& columns, size_t i) const;

  std::shared_ptr<const std::vector<uint64_t>> stored_;
  std::shared_ptr<const std::vector<uint64_t>> signatures_;
  std::vector<uint64_t> made_;  // while it is made
  absl::flat_hash_map<uint64_t, uint16_t> code_of_;
  std::vector<uint16_t> whole_;  // by own code; kByEvent where events differ
  std::vector<store::Dimension> dimensions_;
  uint32_t columns_ = 0;
  absl::flat_hash_map<Key, uint16_t> by_event_;
  std::vector<std::vector<uint16_t>> stored_codes_;  // by new code, ascending
  std::vector<store::FormerSignature> former_;
};

}  // namespace faultline::query
