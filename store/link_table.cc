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

class LinkEncoder {
 public:
  LinkEncoder(uint8_t kind, BlockPacker& packer, std::vector<SegmentPart>& parts, v1::LinkDirectory& directory)
      : kind_(kind), packer_(packer), parts_(parts), directory_(directory) {}

  uint32_t Encode(const std::vector<IdSorter::Entry>& entries, const uint64_t* hashes) {
    std::vector<uint16_t> ordinals;
    std::vector<bool> first;
    std::vector<uint64_t> distinct;
    std::string_view last;
    for (const IdSorter::Entry& entry : entries) {
      const bool is_new = entry.encoded() != last;
      ordinals.push_back(entry.ordinal);
      first.push_back(is_new);
      if (!is_new) continue;
      last = entry.encoded();
      AddId(last, distinct.size());
      distinct.push_back(hashes[entry.ordinal]);
    }
    FinishChunk();
    Add(Part::kIdOrdinals, 0, IdOrdinals::Encode(ordinals, first));
    IdFilter filter(distinct.size());
    for (const uint64_t hash : distinct) filter.Add(hash);
    Add(Part::kIdFilter, 0, filter.Encode());
    return static_cast<uint32_t>(distinct.size());
  }

 private:
  void AddId(std::string_view encoded, size_t index) {
    if (chunk_.size() == kIdsPerChunk) FinishChunk();
    if (chunk_.size() == 0) {
      directory_.add_first_ids(encoded.data(), encoded.size());
      directory_.add_first_indexes(static_cast<uint32_t>(index));
    }
    chunk_.Add(encoded);
  }
  void FinishChunk() { Add(Part::kIdChunk, chunks_++, chunk_.Finish(packer_)); }
  void Add(Part part, uint16_t index, std::string value) { parts_.push_back({part, kind_, index, std::move(value)}); }

  const uint8_t kind_;
  BlockPacker& packer_;
  std::vector<SegmentPart>& parts_;
  v1::LinkDirectory& directory_;
  IdChunkBuilder chunk_;
  uint16_t chunks_ = 0;
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
      sorters[kind].Add({bytes, row.id_sizes[kind]}, static_cast<uint16_t>(ordinal));
      bytes += row.id_sizes[kind];
    }
  }
  for (uint8_t kind = 0; kind < kIdKinds; ++kind) {
    v1::LinkDirectory& directory = *manifest.add_links();
    const std::vector<IdSorter::Entry>& entries = sorters[kind].Sort();
    manifest.add_distinct_ids(
        entries.empty() ? 0 : LinkEncoder(kind, packer, parts, directory).Encode(entries, segment.id_hashes(kind)));
  }
}

int FindIdChunk(const v1::LinkDirectory& directory, std::string_view encoded_id) {
  const auto& ids = directory.first_ids();
  const auto after = std::upper_bound(ids.begin(), ids.end(), encoded_id,
                                      [](std::string_view id, const std::string& first) { return id < first; });
  return static_cast<int>(after - ids.begin()) - 1;
}

}  // namespace faultline::store
