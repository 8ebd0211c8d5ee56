#include "store/link_table.h"

#include <algorithm>
#include <array>

#include "store/id_chunk.h"
#include "store/id_filter.h"
#include "store/id_ordinals.h"
#include "store/id_sorter.h"
#include "store/segment_encoder.h"

namespace faultline::store {
namespace {

// The shapes of a kind's ids, up to this many; more are not worth listing.
constexpr int kMaxShapes = 16;
constexpr size_t kPrefetchAhead = 8;

class LinkEncoder {
 public:
  LinkEncoder(BlockPacker& packer, std::vector<SegmentPart>& parts) : packer_(packer), parts_(parts) {}

  uint32_t Encode(uint8_t kind, IdSorter& sorter, const uint64_t* hashes, v1::LinkDirectory& directory) {
    kind_ = kind;
    directory_ = &directory;
    chunks_ = 0;
    ordinals_.clear();
    firsts_.clear();
    distinct_.clear();
    std::string_view last;
    uint64_t last_prefix = 0;
    const std::vector<IdSorter::Entry>& entries = sorter.Sort();
    for (size_t i = 0; i < entries.size(); ++i) {
      const IdSorter::Entry& entry = entries[i];
      const std::string_view encoded = sorter.EncodedOf(entry);
      if (i + kPrefetchAhead < entries.size()) {
        // Ids in order are events in no order.
        __builtin_prefetch(&hashes[entries[i + kPrefetchAhead].ordinal]);
        __builtin_prefetch(sorter.EncodedOf(entries[i + kPrefetchAhead]).data());
      }
      const bool is_new = entry.prefix != last_prefix || encoded != last;
      ordinals_.push_back(entry.ordinal);
      firsts_.push_back(is_new ? 1 : 0);
      if (!is_new) continue;
      last = encoded;
      last_prefix = entry.prefix;
      AddId(encoded);
      distinct_.push_back(hashes[entry.ordinal]);
    }
    FinishChunk();
    Add(Part::kIdOrdinals, 0, IdOrdinals::Encode(ordinals_, firsts_));
    Add(Part::kIdFilter, 0, IdFilter::Build(distinct_).Encode());
    return static_cast<uint32_t>(distinct_.size());
  }

 private:
  void AddId(std::string_view encoded) {
    if (chunk_.size() == kIdsPerChunk) FinishChunk();
    if (chunk_.size() == 0) {
      directory_->add_first_ids(encoded.data(), encoded.size());
      directory_->add_first_indexes(static_cast<uint32_t>(distinct_.size()));
    }
    AddShape(IdShape(encoded));
    chunk_.Add(encoded);
  }
  void AddShape(uint32_t shape) {
    auto& shapes = *directory_->mutable_shapes();
    if (shape == last_shape_ && !shapes.empty()) return;
    last_shape_ = shape;
    if (shapes.size() <= kMaxShapes && std::find(shapes.begin(), shapes.end(), shape) == shapes.end()) {
      shapes.Add(shape);
    }
  }
  void FinishChunk() { Add(Part::kIdChunk, chunks_++, chunk_.Finish(packer_)); }
  void Add(Part part, uint16_t index, std::string value) { parts_.push_back({part, kind_, index, std::move(value)}); }

  BlockPacker& packer_;
  std::vector<SegmentPart>& parts_;
  IdChunkBuilder chunk_;
  // Of the kind at hand.
  uint8_t kind_ = 0;
  v1::LinkDirectory* directory_ = nullptr;
  uint16_t chunks_ = 0;
  uint32_t last_shape_ = 0;
  std::vector<uint16_t> ordinals_;
  std::vector<uint8_t> firsts_;
  std::vector<uint64_t> distinct_;  // hashes
};

}  // namespace

void EncodeLinks(const OpenSegment& segment, BlockPacker& packer, std::vector<SegmentPart>& parts,
                 v1::SegmentManifest& manifest) {
  std::array<IdSorter, kIdKinds> sorters;
  const uint32_t size = segment.size();
  for (uint32_t ordinal = 0; ordinal < size; ++ordinal) {
    const OpenRow& row = segment.row(ordinal);
    const char* bytes = row.bytes;  // the ids come first, by kind
    for (size_t kind = 0; kind < kIdKinds; ++kind) {
      if (row.id_sizes[kind] == 0) continue;
      sorters[kind].Add({bytes, row.id_sizes[kind]}, static_cast<uint16_t>(ordinal), size);
      bytes += row.id_sizes[kind];
    }
  }
  LinkEncoder encoder(packer, parts);
  for (uint8_t kind = 0; kind < kIdKinds; ++kind) {
    v1::LinkDirectory& directory = *manifest.add_links();
    const bool any = segment.id_hashes(kind) != nullptr;
    manifest.add_distinct_ids(any ? encoder.Encode(kind, sorters[kind], segment.id_hashes(kind), directory) : 0);
    if (directory.shapes_size() > kMaxShapes) directory.clear_shapes();
  }
}

uint32_t IdShape(std::string_view encoded_id) {
  return static_cast<uint32_t>(encoded_id.size()) << 8 | static_cast<uint8_t>(encoded_id.front());
}

int FindIdChunk(const v1::LinkDirectory& directory, std::string_view encoded_id) {
  const auto& ids = directory.first_ids();
  const auto after = std::upper_bound(ids.begin(), ids.end(), encoded_id,
                                      [](std::string_view id, const std::string& first) { return id < first; });
  return static_cast<int>(after - ids.begin()) - 1;
}

}  // namespace faultline::store
