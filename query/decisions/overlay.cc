#include "query/decisions/overlay.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <utility>

#include "query/event_proto.h"
#include "query/filter_field.h"

namespace faultline::query {
namespace {

using std::literals::string_view_literals::operator""sv;

constexpr std::string_view kPartMark = "faultline part v1";

bool IsRegrouping(v1::DecisionKind kind) { return kind == v1::DECISION_KIND_MERGE || kind == v1::DECISION_KIND_SPLIT; }

}  // namespace

uint64_t PartOf(uint64_t signature, store::Dimension dimension, std::string_view value) {
  const std::string hashed = fmt::format("{}\0{}\0{}\0{}"sv, kPartMark, store::FormatSignature(signature),
                                         store::DimensionName(dimension), value);
  return std::max<uint64_t>(1, XXH3_64bits(hashed.data(), hashed.size()));
}

std::optional<store::Dimension> SplitDimension(const std::string& name) {
  const auto field = ParseCountField(name);
  if (!field.ok() || field->kind != FieldReference::Kind::kDimension) return std::nullopt;
  return field->dimension;
}

Overlay::Overlay(std::vector<v1::Decision> decisions) : decisions_(std::move(decisions)) {
  MarkUndone();
  for (const v1::Decision& decision : decisions_) {
    if (decision.undone_by() == 0) Apply(decision);
  }
}

const v1::Decision* Overlay::TargetOf(const v1::Decision& decision) const {
  if (decision.kind() != v1::DECISION_KIND_UNDO) return nullptr;
  const int64_t number = &decision - decisions_.data() + 1;
  if (decision.undoes() < 1 || decision.undoes() >= number) return nullptr;
  return &decisions_[static_cast<size_t>(decision.undoes() - 1)];
}

// From the last to the first: what takes back is itself known to be in force or not before what it takes back.
void Overlay::MarkUndone() {
  for (size_t i = decisions_.size(); i-- > 0;) {
    const v1::Decision* const target = TargetOf(decisions_[i]);
    if (target == nullptr || decisions_[i].undone_by() != 0) continue;
    decisions_[static_cast<size_t>(target - decisions_.data())].set_undone_by(static_cast<int64_t>(i) + 1);
  }
  std::vector<bool> regroups;  // itself, or what it takes back
  for (const v1::Decision& decision : decisions_) {
    const v1::Decision* const target = TargetOf(decision);
    regroups.push_back(IsRegrouping(decision.kind()) ||
                       (target != nullptr && regroups[static_cast<size_t>(target - decisions_.data())]));
    if (regroups.back()) last_regrouping_ = static_cast<int64_t>(regroups.size());
  }
}

void Overlay::Apply(const v1::Decision& decision) {
  const auto signature = store::ParseSignature(decision.signature());
  if (!signature) return;
  switch (decision.kind()) {
    case v1::DECISION_KIND_MERGE:
      Merge(decision, *signature);
      break;
    case v1::DECISION_KIND_SPLIT:
      Split(decision, *signature);
      break;
    case v1::DECISION_KIND_RENAME:
      shown_[*signature].name = decision.name();
      break;
    case v1::DECISION_KIND_MUTE:
      shown_[*signature].muted = true;
      shown_[*signature].muted_until_us =
          decision.has_until() ? FromTimestamp(decision.until()).value_or(0) : int64_t{0};
      break;
    case v1::DECISION_KIND_RESOLVE:
      shown_[*signature].resolved_us = FromTimestamp(decision.time()).value_or(0);
      break;
    default:
      break;
  }
}

// Groups are joined at their roots, so that no chain becomes a ring.
void Overlay::Merge(const v1::Decision& decision, uint64_t into) {
  const uint64_t root = RootOf(into);
  for (const std::string& text : decision.others()) {
    const auto other = store::ParseSignature(text);
    if (!other) continue;
    const uint64_t other_root = RootOf(*other);
    if (other_root != root) merged_[other_root] = root;
  }
}

void Overlay::Split(const v1::Decision& decision, uint64_t signature) {
  if (decision.split_by().empty()) {
    merged_.erase(signature);
  } else if (const auto dimension = SplitDimension(decision.split_by())) {
    splits_[signature] = *dimension;
  }
}

uint64_t Overlay::RootOf(uint64_t signature) const {
  for (auto next = merged_.find(signature); next != merged_.end(); next = merged_.find(signature)) {
    signature = next->second;
  }
  return signature;
}

std::optional<store::Dimension> Overlay::SplitOf(uint64_t signature) const {
  const auto found = splits_.find(signature);
  return found == splits_.end() ? std::nullopt : std::optional(found->second);
}

std::vector<uint64_t> Overlay::MembersOf(uint64_t signature) const {
  std::vector<uint64_t> members;
  for (const auto& [member, into] : merged_) {
    if (RootOf(into) == signature) members.push_back(member);
  }
  return members;
}

// Ends: each signature is split once, and between two splits merges lead to a root.
uint64_t Overlay::CountsAs(uint64_t stored, const ValueOf& value_of,
                           const std::function<void(const Step&)>& visit_split,
                           const std::function<void(uint64_t into)>& visit_merge) const {
  std::vector<uint64_t> split;  // on this walk
  uint64_t at = stored;
  while (true) {
    const auto dimension = SplitOf(at);
    if (dimension && std::find(split.begin(), split.end(), at) == split.end()) {
      split.push_back(at);
      const std::string_view value = value_of(*dimension);
      if (!value.empty()) {
        const uint64_t part = PartOf(at, *dimension, value);
        if (visit_split) visit_split({at, *dimension, value, part});
        at = part;
        continue;
      }
    }
    const auto next = merged_.find(at);
    if (next == merged_.end()) return at;
    at = next->second;
    if (visit_merge) visit_merge(at);
  }
}

std::vector<store::Dimension> Overlay::SplitDimensions() const {
  std::vector<store::Dimension> dimensions;
  for (const auto& [signature, dimension] : splits_) dimensions.push_back(dimension);
  std::sort(dimensions.begin(), dimensions.end());
  dimensions.erase(std::unique(dimensions.begin(), dimensions.end()), dimensions.end());
  return dimensions;
}

bool Overlay::IsSplitOnWalk(uint64_t stored) const {
  for (uint64_t at = stored;;) {
    if (splits_.contains(at)) return true;
    const auto next = merged_.find(at);
    if (next == merged_.end()) return false;
    at = next->second;
  }
}

const Overlay::Shown* Overlay::ShownAs(uint64_t signature) const {
  const auto found = shown_.find(signature);
  return found == shown_.end() ? nullptr : &found->second;
}

bool Overlay::IsMuted(uint64_t signature, int64_t now_us) const {
  const Shown* const shown = ShownAs(signature);
  return shown != nullptr && shown->muted && (shown->muted_until_us == 0 || now_us < shown->muted_until_us);
}

}  // namespace faultline::query
