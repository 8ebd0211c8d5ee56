#include "query/graph_rows.h"

#include <algorithm>

#include "base/status_macros.h"
#include "query/failure_state.h"

namespace faultline::query {
namespace {

using store::Dimension;

constexpr uint32_t kColumns = store::kTimeColumn | store::kUploadTimeColumns | store::kStateColumns |
                              store::kSignatureColumn | store::DimensionColumn(Dimension::kService) |
                              store::DimensionColumn(Dimension::kRegion);

// Who may have repeated a failure, the most telling first. A user may have several devices, and so several clocks.
constexpr std::array kRepeaters = {store::IdKind::kSession, store::IdKind::kDevice, store::IdKind::kUser};

}  // namespace

absl::Status GraphRows::ReadColumns(const store::Segment& segment, uint32_t begin, uint32_t end,
                                    absl::FunctionRef<bool(uint32_t ordinal, int64_t time_us)> is_wanted) {
  begin_ = begin;
  rows_.assign(end - begin, Row{});
  wanted_.assign(rows_.size(), 0);
  for (uint32_t chunk = begin / store::kChunkEvents; chunk * store::kChunkEvents < end; ++chunk) {
    RETURN_IF_ERROR(segment.ReadColumns(chunk, kColumns, columns_));
    const uint32_t chunk_end = std::min(end, columns_.first_ordinal + columns_.size);
    for (uint32_t ordinal = std::max(begin, columns_.first_ordinal); ordinal < chunk_end; ++ordinal) {
      Row& row = rows_[ordinal - begin];
      row.event.sequence = segment.base_sequence() + ordinal;
      ReadRow(ordinal - columns_.first_ordinal, row);
      wanted_[ordinal - begin] = is_wanted(ordinal, row.event.time_us) ? 1 : 0;
    }
  }
  const auto wanted = std::count(wanted_.begin(), wanted_.end(), 1);
  all_wanted_ = static_cast<size_t>(wanted) == wanted_.size();
  any_wanted_ = wanted > 0;
  return absl::OkStatus();
}

void GraphRows::ReadRow(size_t at, Row& row) const {
  row.event.time_us = columns_.time_us[at];
  row.event.service = columns_.dimensions[static_cast<size_t>(Dimension::kService)][at];
  row.event.region = columns_.dimensions[static_cast<size_t>(Dimension::kRegion)][at];
  row.signature_code = columns_.signature[at];
  row.side = columns_.side[at];
  row.failure = IsFailure(columns_, at);
  row.event.success = static_cast<store::Outcome>(columns_.outcome[at]) == store::Outcome::kSuccess;
  row.event.sampled = (columns_.flags[at] & store::kSampled) != 0;
  const auto offset =
      ClockOffset(row.event.time_us, columns_.claimed_time_us[at], columns_.received_time_us[at], columns_.flags[at]);
  row.has_clock = offset.has_value();
  row.event.clock_offset_us = offset.value_or(0);
}

absl::Status GraphRows::FindIds(const store::Segment& segment, bool with_texts) {
  for (int kind = 0; kind < kExactIdKinds; ++kind) {
    Found& found = found_[kind];
    found.hashes.clear();
    found.counts.clear();
    found.places.clear();
    found.texts.clear();
    const auto id_kind = static_cast<store::IdKind>(kind);
    const auto visit = [&](std::string_view id, std::span<const uint16_t> ordinals) {
      const size_t before = found.places.size();
      for (const uint16_t ordinal : ordinals) {
        if (ordinal < begin_ || ordinal - begin_ >= rows_.size()) continue;
        if (!all_wanted_ && !wanted_[ordinal - begin_]) continue;
        found.places.push_back(static_cast<uint16_t>(ordinal - begin_));
      }
      if (found.places.size() == before) return;
      found.hashes.push_back(IdTable::Hash(id_kind, id));
      found.counts.push_back(static_cast<uint32_t>(found.places.size() - before));
      if (with_texts) found.texts.emplace_back(id);
    };
    RETURN_IF_ERROR(segment.ForEachId(id_kind, visit));
  }
  return absl::OkStatus();
}

absl::Status GraphRows::FindWeakIds(const store::Segment& segment, bool with_texts,
                                    absl::FunctionRef<bool(size_t row)> is_asked) {
  weak_ids_.assign(rows_.size(), {});
  weak_texts_.assign(with_texts ? rows_.size() : 0, {});
  std::vector<uint8_t> asked(rows_.size());
  size_t missing = 0;
  for (size_t row = 0; row < rows_.size(); ++row) {
    asked[row] = wanted_[row] && is_asked(row) ? 1 : 0;
    missing += asked[row];
  }
  for (const store::IdKind kind : kRepeaters) {
    if (missing == 0) break;
    const auto visit = [&](std::string_view id, std::span<const uint16_t> ordinals) {
      for (const uint16_t ordinal : ordinals) {
        if (ordinal < begin_ || ordinal - begin_ >= rows_.size()) continue;
        const size_t row = ordinal - begin_;
        if (!asked[row]) continue;
        asked[row] = 0;
        weak_ids_[row] = {IdTable::Hash(kind, id) | 1, kind};
        if (with_texts) weak_texts_[row] = id;
        --missing;
      }
    };
    RETURN_IF_ERROR(segment.ForEachId(kind, visit));
  }
  return absl::OkStatus();
}

GraphRows::WeakId GraphRows::WeakIdOf(const store::Event& event) {
  for (const store::IdKind kind : kRepeaters) {
    if (!event.id(kind).empty()) return {IdTable::Hash(kind, event.id(kind)) | 1, kind};
  }
  return {};
}

}  // namespace faultline::query
