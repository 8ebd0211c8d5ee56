#include "store/catalog.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "store/open_segment_view.h"

namespace faultline::store {

void Catalog::Load(std::vector<Sealed> segments, std::vector<StreamPosition> positions, uint64_t next_sequence) {
  MutexLock lock(mu_);
  sealed_.clear();
  for (Sealed& segment : segments) sealed_.emplace(segment->base_sequence(), std::move(segment));
  positions_.clear();
  for (StreamPosition& position : positions) positions_.emplace(position.stream, std::move(position));
  next_sequence_ = next_sequence;
  SealedChanged();
}

void Catalog::AddOpen(std::shared_ptr<const OpenSegment> segment) {
  MutexLock lock(mu_);
  open_.push_back(std::move(segment));
  Changed();
}

void Catalog::Seal(const OpenSegment* open, Sealed sealed, const std::vector<StreamPosition>& positions) {
  MutexLock lock(mu_);
  open_.erase(std::remove_if(open_.begin(), open_.end(), [open](const auto& o) { return o.get() == open; }),
              open_.end());
  if (sealed != nullptr) {
    next_sequence_ = std::max(next_sequence_, sealed->base_sequence() + sealed->size());
    sealed_.emplace(sealed->base_sequence(), std::move(sealed));
  }
  for (const StreamPosition& position : positions) positions_[position.stream] = position;
  SealedChanged();
}

void Catalog::Replace(const std::vector<Sealed>& gone, Sealed merged) {
  MutexLock lock(mu_);
  for (const Sealed& segment : gone) sealed_.erase(segment->base_sequence());
  if (merged != nullptr) sealed_.emplace(merged->base_sequence(), std::move(merged));
  SealedChanged();
}

// Whether open segments have grown since the last view.
bool Catalog::IsCurrent() const {
  if (view_ == nullptr) return false;
  uint64_t next_sequence = next_sequence_;
  for (const auto& open : open_) next_sequence = std::max(next_sequence, open->base_sequence() + open->size());
  return next_sequence == view_->next_sequence;
}

std::shared_ptr<const View> Catalog::view() const {
  MutexLock lock(mu_);
  if (IsCurrent()) return view_;
  auto view = std::make_shared<View>();
  view->segments.reserve(sealed_.size() + open_.size());
  view->next_sequence = next_sequence_;
  std::vector<const SealedSegment*> sealed;
  for (const auto& [sequence, segment] : sealed_) {
    view->segments.push_back(segment);
    sealed.push_back(segment.get());
  }
  if (id_index_ == nullptr) {
    id_index_ = std::make_shared<const IdIndex>(
        sealed.size(), [&sealed](size_t i, IdKind kind) { return sealed[i]->id_filter(kind); });
  }
  view->id_index = id_index_;
  for (const auto& open : open_) {
    auto segment = std::make_shared<OpenSegmentView>(open);
    if (segment->size() == 0) continue;
    view->next_sequence = std::max(view->next_sequence, segment->base_sequence() + segment->size());
    view->segments.push_back(std::move(segment));
  }
  for (const auto& [stream, position] : positions_) view->positions.push_back(position);
  view_ = view;
  return view;
}

std::vector<Catalog::Sealed> Catalog::sealed() const {
  MutexLock lock(mu_);
  std::vector<Sealed> segments;
  segments.reserve(sealed_.size());
  for (const auto& [sequence, segment] : sealed_) segments.push_back(segment);
  return segments;
}

Store::Size Catalog::CountSealed() const {
  Store::Size size;
  MutexLock lock(mu_);
  for (const auto& [base_sequence, segment] : sealed_) {
    ++size.segments;
    size.events += segment->size();
    size.filter_bytes += segment->filter_bytes();
  }
  return size;
}

std::vector<StreamPosition> Catalog::positions() const {
  MutexLock lock(mu_);
  std::vector<StreamPosition> positions;
  for (const auto& [stream, position] : positions_) positions.push_back(position);
  return positions;
}

absl::Status CheckOrder(std::vector<Catalog::Sealed> segments, uint64_t next_sequence, const std::string& path) {
  std::sort(segments.begin(), segments.end(),
            [](const auto& a, const auto& b) { return a->base_sequence() < b->base_sequence(); });
  uint64_t next = 0;
  for (const Catalog::Sealed& segment : segments) {
    if (segment->base_sequence() < next) {
      return absl::DataLossError(absl::StrCat("the store ", path, " has two segments for event ",
                                              segment->base_sequence(), "; restore it or load it again"));
    }
    next = segment->base_sequence() + segment->size();
  }
  if (next <= next_sequence) return absl::OkStatus();
  return absl::DataLossError(absl::StrCat("the store ", path, " holds event ", next - 1, " but counted only ",
                                          next_sequence, "; restore it or load it again"));
}

}  // namespace faultline::store
