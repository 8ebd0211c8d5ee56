// A chunk is decided in up to three rounds: with the columns alone, then with
// the messages, then with attributes and traces. Each round looks only at events whose
// answer the round before left open, so a cheap restriction spares the cost of
// a dear one wherever it stands in the expression.
#include "query/bound_tree.h"

#include <algorithm>
#include <utility>

#include "base/status_macros.h"
#include "query/bound_leaf.h"

namespace faultline::query {
namespace {

using NodeKind = FilterNode::Kind;
using FieldKind = FilterField::Kind;

struct BoundNode {
  NodeKind kind = NodeKind::kRestriction;
  std::vector<BoundNode> children;
  std::unique_ptr<BoundLeaf> leaf;
  std::vector<Truth> truth;  // of the chunk at hand
};

absl::StatusOr<std::unique_ptr<BoundLeaf>> BindLeaf(const Restriction& restriction, const store::Segment& segment) {
  const FieldKind kind = restriction.field.kind;
  if (kind == FieldKind::kMessage) return BindMessageLeaf(restriction, segment);
  if (kind > FieldKind::kMessage) return BindTextLeaf(restriction, segment);
  const bool indexed_signature =
      kind == FieldKind::kSignature && restriction.pattern.IsExact() && !restriction.pattern.exact_text().empty();
  if (kind == FieldKind::kId || indexed_signature) return BindOrdinalLeaf(restriction, segment);
  return BindColumnLeaf(restriction, segment);
}

// Depth is bounded by the parser.
absl::StatusOr<BoundNode> BindNode(const FilterNode& node, const store::Segment& segment) {
  BoundNode bound;
  bound.kind = node.kind;
  if (node.kind == NodeKind::kRestriction) {
    ASSIGN_OR_RETURN(bound.leaf, BindLeaf(node.restriction, segment));
  }
  for (const FilterNodePtr& child : node.children) {
    ASSIGN_OR_RETURN(BoundNode bound_child, BindNode(*child, segment));
    bound.children.push_back(std::move(bound_child));
  }
  return bound;
}

template <typename OfLeaf>
Truth Summary(const BoundNode& node, const OfLeaf& of_leaf) {
  if (node.kind == NodeKind::kRestriction) return of_leaf(*node.leaf);
  Truth truth = Summary(node.children.front(), of_leaf);
  if (node.kind == NodeKind::kNot) return static_cast<Truth>(kYes - truth);
  for (size_t i = 1; i < node.children.size(); ++i) {
    const Truth other = Summary(node.children[i], of_leaf);
    truth = node.kind == NodeKind::kAnd ? std::min(truth, other) : std::max(truth, other);
  }
  return truth;
}

uint32_t ColumnsOf(const BoundNode& node) {
  uint32_t columns = node.leaf ? node.leaf->columns() : 0;
  for (const BoundNode& child : node.children) columns |= ColumnsOf(child);
  return columns;
}

LeafCost CostOf(const BoundNode& node) {
  LeafCost cost = node.leaf ? node.leaf->cost() : LeafCost::kColumns;
  for (const BoundNode& child : node.children) cost = std::max(cost, CostOf(child));
  return cost;
}

void Combine(BoundNode& node) {
  node.truth = node.children.front().truth;
  if (node.kind == NodeKind::kNot) {
    for (Truth& truth : node.truth) truth = static_cast<Truth>(kYes - truth);
    return;
  }
  for (size_t c = 1; c < node.children.size(); ++c) {
    const std::vector<Truth>& other = node.children[c].truth;
    for (size_t i = 0; i < other.size(); ++i) {
      node.truth[i] =
          node.kind == NodeKind::kAnd ? std::min(node.truth[i], other[i]) : std::max(node.truth[i], other[i]);
    }
  }
}

class TreeFilter : public BoundFilter {
 public:
  TreeFilter(FilterNodePtr tree, BoundNode root)
      : tree_(std::move(tree)), root_(std::move(root)), columns_(ColumnsOf(root_)), cost_(CostOf(root_)) {}

  uint32_t columns() const override { return columns_; }
  bool ReadsColumnsOnly() const override { return cost_ == LeafCost::kColumns; }
  bool MayMatch() const override {
    return Summary(root_, [](const BoundLeaf& leaf) { return leaf.OfSegment(); }) != kNo;
  }
  bool MayMatchChunk(uint32_t chunk) const override {
    return Summary(root_, [chunk](const BoundLeaf& leaf) { return leaf.OfChunk(chunk); }) != kNo;
  }

  absl::Status Match(uint32_t chunk, const store::Columns& columns, std::vector<uint8_t>& matches) override {
    wanted_.assign(columns.size, 1);
    matches.assign(columns.size, 0);
    for (LeafCost round = LeafCost::kColumns;; round = static_cast<LeafCost>(static_cast<int>(round) + 1)) {
      RETURN_IF_ERROR(Evaluate(root_, round, chunk, columns));
      bool open = false;
      for (size_t i = 0; i < matches.size(); ++i) {
        if (wanted_[i] == 0) continue;
        matches[i] = root_.truth[i] == kYes ? 1 : 0;
        wanted_[i] = root_.truth[i] == kOpen ? 1 : 0;
        open |= wanted_[i] != 0;
      }
      if (!open || round == cost_) return absl::OkStatus();
    }
  }

 private:
  // Leaves of this round are read, those of later rounds stay open.
  absl::Status Evaluate(BoundNode& node, LeafCost round, uint32_t chunk, const store::Columns& columns) {
    if (node.leaf) {
      if (node.leaf->cost() < round) return absl::OkStatus();
      node.truth.assign(columns.size, kOpen);
      if (node.leaf->cost() > round) return absl::OkStatus();
      return node.leaf->Evaluate(chunk, columns, wanted_, node.truth);
    }
    for (BoundNode& child : node.children) RETURN_IF_ERROR(Evaluate(child, round, chunk, columns));
    Combine(node);
    return absl::OkStatus();
  }

  const FilterNodePtr tree_;  // leaves refer to it
  BoundNode root_;
  const uint32_t columns_;
  const LeafCost cost_;
  std::vector<uint8_t> wanted_;  // events that are still open
};

class AllFilter : public BoundFilter {
 public:
  uint32_t columns() const override { return 0; }
  bool ReadsColumnsOnly() const override { return true; }
  bool MayMatch() const override { return true; }
  bool MayMatchChunk(uint32_t) const override { return true; }
  absl::Status Match(uint32_t, const store::Columns& columns, std::vector<uint8_t>& matches) override {
    matches.assign(columns.size, 1);
    return absl::OkStatus();
  }
};

}  // namespace

absl::StatusOr<std::unique_ptr<BoundFilter>> BindTree(FilterNodePtr root, const store::Segment& segment) {
  if (root == nullptr) return std::make_unique<AllFilter>();
  ASSIGN_OR_RETURN(BoundNode bound, BindNode(*root, segment));
  return std::make_unique<TreeFilter>(std::move(root), std::move(bound));
}

}  // namespace faultline::query
