#include "store/link_table.h"

#include <algorithm>
#include <cstring>

#include "store/id_chunk.h"
#include "store/id_codec.h"
#include "store/id_filter.h"
#include "store/id_ordinals.h"
#include "store/segment_encoder.h"

namespace faultline::store {
namespace {

struct Entry {
  uint64_t prefix;  // first eight encoded bytes, big-endian, to sort by
  std::string_view encoded;
  uint16_t ordinal;

  bool operator<(const Entry& other) const {
    if (prefix != other.prefix) return prefix < other.prefix;
    const int order = encoded.compare(other.encoded);
    return order != 0 ? order < 0 : ordinal < other.ordinal;
  }
};

// The tag and seven bytes; short ids are padded with zeros.
uint64_t PrefixOf(std::string_view encoded) {
  uint64_t prefix = 0;
  std::memcpy(&prefix, encoded.data(), std::min(encoded.size(), sizeof(prefix)));
  return __builtin_bswap64(prefix);
}

std::vector<Entry> SortedEntries(const OpenSegment& segment, uint8_t kind, Arena& arena) {
  std::vector<Entry> entries;
  const uint64_t* hashes = segment.id_hashes(kind);
  const uint32_t size = segment.size();
  for (uint32_t ordinal = 0; hashes != nullptr && ordinal < size; ++ordinal) {
    if (hashes[ordinal] == 0) continue;
    char encoded[kMaxEncodedIdBytes];
    const size_t bytes = EncodeId(OpenSegment::Id(segment.row(ordinal), kind), encoded);
    const std::string_view copy = arena.Copy({encoded, bytes});
    entries.push_back({PrefixOf(copy), copy, static_cast<uint16_t>(ordinal)});
  }
  std::sort(entries.begin(), entries.end());
  return entries;
}

class LinkEncoder {
 public:
  LinkEncoder(uint8_t kind, BlockPacker& packer, std::vector<SegmentPart>& parts, v1::LinkDirectory& directory)
      : kind_(kind), packer_(packer), parts_(parts), directory_(directory) {}

  uint32_t Encode(const std::vector<Entry>& entries, const uint64_t* hashes) {
    std::vector<uint16_t> ordinals;
    std::vector<bool> first;
    std::vector<uint64_t> distinct;
    std::string_view last;
    for (const Entry& entry : entries) {
      const bool is_new = entry.encoded != last;
      ordinals.push_back(entry.ordinal);
      first.push_back(is_new);
      if (!is_new) continue;
      last = entry.encoded;
      AddId(entry.encoded, distinct.size());
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

uint32_t EncodeLinks(const OpenSegment& segment, uint8_t kind, BlockPacker& packer, std::vector<SegmentPart>& parts,
                     v1::LinkDirectory& directory) {
  Arena arena;
  const std::vector<Entry> entries = SortedEntries(segment, kind, arena);
  if (entries.empty()) return 0;
  return LinkEncoder(kind, packer, parts, directory).Encode(entries, segment.id_hashes(kind));
}

int FindIdChunk(const v1::LinkDirectory& directory, std::string_view encoded_id) {
  const auto& ids = directory.first_ids();
  const auto after = std::upper_bound(ids.begin(), ids.end(), encoded_id,
                                      [](std::string_view id, const std::string& first) { return id < first; });
  return static_cast<int>(after - ids.begin()) - 1;
}

}  // namespace faultline::store
