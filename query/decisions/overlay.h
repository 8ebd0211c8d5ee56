// What the decisions of people make of signatures: which one an event counts as, and what is shown of it.
//
// Decisions are facts in an order; this is what those in force come to, worked out anew whenever there is another one.
// To take one back is to leave it out, so nothing has to be reversed.
//
// An event recorded with signature S counts as what the walk from S ends at: where the signature at hand is split (once
// on a walk) and the event has a value of its dimension, the walk goes on to the part of that value; else, where it was
// merged, to what it was merged into. Immutable and thread-safe.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "faultline/v1/decision.pb.h"
#include "store/event.h"

namespace faultline::query {

// The signature of those events of `signature` that have `value` in `dimension`: the same on every machine. Never 0.
uint64_t PartOf(uint64_t signature, store::Dimension dimension, std::string_view value);

class Overlay {
 public:
  struct Shown {
    std::string name;            // empty: the title
    bool muted = false;          // up to `muted_until_us`
    int64_t muted_until_us = 0;  // 0: for good
    int64_t resolved_us = 0;     // 0: not
  };

  Overlay() = default;  // of no decision
  // `decisions` are all there are, in order; their numbers are 1, 2, ... Those that make no sense (any more) do
  // nothing.
  explicit Overlay(std::vector<v1::Decision> decisions);

  // With `undone_by` filled.
  const std::vector<v1::Decision>& decisions() const { return decisions_; }
  int64_t last_decision() const { return static_cast<int64_t>(decisions_.size()); }
  // Number of the last decision that changed what events count as; 0: none did, and all count as recorded.
  int64_t last_regrouping() const { return last_regrouping_; }
  // What `decision`, one of these, takes back: null unless it is an undo of an earlier one.
  const v1::Decision* TargetOf(const v1::Decision& decision) const;
  bool Regroups() const { return !merged_.empty() || !splits_.empty(); }

  // What `signature` was merged into, step by step to the last; itself when it was not.
  uint64_t RootOf(uint64_t signature) const;
  std::optional<store::Dimension> SplitOf(uint64_t signature) const;
  // Those that were merged into `signature`, directly or not, ascending.
  std::vector<uint64_t> MembersOf(uint64_t signature) const;

  using ValueOf = std::function<std::string_view(store::Dimension)>;
  struct Step {
    uint64_t from = 0;
    store::Dimension dimension = store::Dimension{};
    std::string_view value;
    uint64_t part = 0;
  };
  // The walk from `stored`. `visit_split` and `visit_merge` (may be empty) hear of each step on the way.
  uint64_t CountsAs(uint64_t stored, const ValueOf& value_of,
                    const std::function<void(const Step&)>& visit_split = nullptr,
                    const std::function<void(uint64_t into)>& visit_merge = nullptr) const;
  // Whether events of `stored` may count as something else.
  bool MayMove(uint64_t stored) const { return merged_.contains(stored) || splits_.contains(stored); }
  // Whether events of `stored` may count as different things.
  bool IsSplitOnWalk(uint64_t stored) const;
  // All that signatures are split by, each once, ascending.
  std::vector<store::Dimension> SplitDimensions() const;

  // Null when nothing was decided about how it is shown.
  const Shown* ShownAs(uint64_t signature) const;
  bool IsMuted(uint64_t signature, int64_t now_us) const;

 private:
  void MarkUndone();
  void Apply(const v1::Decision& decision);
  void Merge(const v1::Decision& decision, uint64_t into);
  void Split(const v1::Decision& decision, uint64_t signature);

  std::vector<v1::Decision> decisions_;
  int64_t last_regrouping_ = 0;
  std::map<uint64_t, uint64_t> merged_;  // what into
  std::map<uint64_t, store::Dimension> splits_;
  std::map<uint64_t, Shown> shown_;
};

// The dimension that the filter language calls so, by any of its names.
std::optional<store::Dimension> SplitDimension(const std::string& name);

}  // namespace faultline::query
