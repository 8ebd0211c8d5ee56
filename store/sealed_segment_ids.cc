// What a sealed segment knows of ids: filters in memory, link tables in RocksDB.
#include <algorithm>
#include <string>

#include "base/status_macros.h"
#include "store/id_chunk.h"
#include "store/id_codec.h"
#include "store/id_ordinals.h"
#include "store/link_table.h"
#include "store/open_segment.h"
#include "store/rocksdb_status.h"
#include "store/sealed_segment.h"

namespace faultline::store {

absl::StatusOr<std::optional<uint32_t>> SealedSegment::FindIdIndex(uint8_t kind, std::string_view id) const {
  char encoded_bytes[kMaxEncodedIdBytes];
  const std::string_view encoded(encoded_bytes, EncodeId(id, encoded_bytes));
  const v1::LinkDirectory& directory = manifest_.links(kind);
  const int chunk = FindIdChunk(directory, encoded);
  if (chunk < 0) return std::nullopt;
  rocksdb::PinnableSlice value;
  RETURN_IF_ERROR(ReadPart(Part::kIdChunk, kind, static_cast<uint32_t>(chunk), value));
  IdChunkReader reader;
  RETURN_IF_ERROR(Explain(reader.Open(ToView(value))));
  const std::optional<uint32_t> index = reader.Find(encoded);
  RETURN_IF_ERROR(Explain(reader.status()));
  if (!index) return std::nullopt;
  return directory.first_indexes(chunk) + *index;
}

IdProbe::IdProbe(IdKind id_kind, std::string_view id) : kind(id_kind), hash(OpenSegment::HashId(id)), shape(0) {
  if (id.empty() || id.size() >= kMaxEncodedIdBytes) return;
  char encoded[kMaxEncodedIdBytes];
  shape = IdShape({encoded, EncodeId(id, encoded)});
}

bool SealedSegment::MayHaveId(const IdProbe& probe) const {
  const KindIndex& index = kinds_[static_cast<size_t>(probe.kind)];
  if (!index.filter || probe.shape == 0) return false;
  const auto& shapes = index.shapes;
  const bool has_shape = shapes.front() == 0 || std::find(shapes.begin(), shapes.end(), probe.shape) != shapes.end();
  return has_shape && index.filter->MayContain(probe.hash);
}

IdKindFilter SealedSegment::id_filter(IdKind kind) const {
  const KindIndex& index = kinds_[static_cast<size_t>(kind)];
  if (!index.filter) return {};
  return {&*index.filter, index.shapes};
}

int64_t SealedSegment::filter_bytes() const {
  size_t bytes = 0;
  for (const KindIndex& index : kinds_) bytes += index.filter ? index.filter->bytes() : 0;
  return static_cast<int64_t>(bytes);
}

absl::StatusOr<std::vector<uint32_t>> SealedSegment::FindId(IdKind id_kind, std::string_view id) const {
  const auto kind = static_cast<uint8_t>(id_kind);
  std::vector<uint32_t> found;
  if (!MayHaveId(IdProbe(id_kind, id))) return found;
  ASSIGN_OR_RETURN(const std::optional<uint32_t> index, FindIdIndex(kind, id));
  if (!index.has_value()) return found;
  rocksdb::PinnableSlice value;
  RETURN_IF_ERROR(ReadPart(Part::kIdOrdinals, kind, 0, value));
  IdOrdinals ordinals;
  RETURN_IF_ERROR(Explain(ordinals.Open(ToView(value))));
  if (*index >= ordinals.ids()) return Explain(absl::DataLossError("id without events"));
  for (const uint16_t ordinal : ordinals.Events(*index)) {
    if (ordinal >= size()) return Explain(absl::DataLossError("event out of range"));
    found.push_back(ordinal);
  }
  return found;
}

absl::Status SealedSegment::ForEachId(
    IdKind id_kind, const std::function<void(std::string_view, std::span<const uint16_t>)>& visit) const {
  const auto kind = static_cast<uint8_t>(id_kind);
  if (!Has(kind)) return absl::OkStatus();
  rocksdb::PinnableSlice ordinals_value;
  RETURN_IF_ERROR(ReadPart(Part::kIdOrdinals, kind, 0, ordinals_value));
  IdOrdinals ordinals;
  RETURN_IF_ERROR(Explain(ordinals.Open(ToView(ordinals_value))));
  rocksdb::PinnableSlice chunk_value;
  IdChunkReader reader;
  uint32_t chunk = 0;
  absl::Status status;
  std::string id;
  ordinals.ForEach([&](uint32_t, std::span<const uint16_t> events) {
    if (!status.ok()) return;
    if (!reader.Next()) {
      status = reader.status();
      if (status.ok()) status = ReadPart(Part::kIdChunk, kind, chunk++, chunk_value);
      if (status.ok()) status = reader.Open(ToView(chunk_value));
      if (!status.ok()) return;
      if (!reader.Next()) status = absl::DataLossError("fewer ids than events have");
    }
    id.clear();
    if (status.ok() && (!DecodeId(reader.encoded_id(), id) || events.back() >= size())) {
      status = absl::DataLossError("malformed id");
    }
    if (status.ok()) visit(id, events);
  });
  return status.ok() ? status : Explain(status);
}

}  // namespace faultline::store
