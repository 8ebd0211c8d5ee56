// From an id to its events and back, for each id kind of a segment: distinct ids
// in ascending order of their encoded bytes (store/id_chunk.h), the events of
// each (store/id_ordinals.h), and a filter (store/id_filter.h).
#pragma once

#include <string_view>
#include <vector>

#include "faultline/store/v1/segment.pb.h"
#include "store/open_segment.h"
#include "store/packed_block.h"

namespace faultline::store {

struct SegmentPart;

// Appends the parts of all kinds, none for a kind that no event has, and adds a
// directory and the number of distinct ids of each kind to `manifest`.
void EncodeLinks(const OpenSegment& segment, BlockPacker& packer, std::vector<SegmentPart>& parts,
                 v1::SegmentManifest& manifest);

// Size and tag of an encoded id, as LinkDirectory.shapes has them.
uint32_t IdShape(std::string_view encoded_id);

// Chunk that holds `encoded_id` if any does; -1 when it sorts before them all.
int FindIdChunk(const v1::LinkDirectory& directory, std::string_view encoded_id);

}  // namespace faultline::store
