#include "query/graph_feeder.h"

#include <algorithm>

#include "base/status_macros.h"

namespace faultline::query {
namespace {

using store::Dimension;

constexpr uint32_t kColumns = store::kTimeColumn | store::kOtherTimeColumns | store::kStateColumns |
                              store::kSignatureColumn | store::DimensionColumn(Dimension::kService) |
                              store::DimensionColumn(Dimension::kRegion);

// Who may have repeated a failure, the most telling first. A user may have several devices, and so several clocks.
constexpr std::array kRepeaters = {store::IdKind::kSession, store::IdKind::kDevice, store::IdKind::kUser};

bool HasAny(const ExactIds& ids) {
  return std::any_of(ids.begin(), ids.end(), [](uint32_t id) { return id != IdTable::kNone; });
}

uint64_t Mix(uint64_t hash, uint64_t value) {
  hash = (hash ^ value) * 0x9e3779b97f4a7c15u;
  return hash ^ hash >> 32;
}

absl::Status Damaged(const char* what) { return absl::DataLossError(std::string("a segment has ") + what); }

}  // namespace

absl::Status GraphFeeder::Feed(const store::Segment& segment, uint32_t begin, uint32_t end,
                               const store::TimeRange& range) {
  if (begin >= end) return absl::OkStatus();
  RETURN_IF_ERROR(ReadRows(segment, begin, end, range));
  RETURN_IF_ERROR(FindIds(segment, begin));
  RETURN_IF_ERROR(Translate(segment));
  NumberIds();
  RETURN_IF_ERROR(FindSessions(segment, begin));
  for (size_t i = 0; i < rows_.size(); ++i) {
    const ExactIds& ids = ids_[i];
    if (!wanted_[i] || !(rows_[i].failure || HasAny(ids))) continue;
    rows_[i].event.ids = ids;
    rows_[i].event.side = static_cast<store::Side>(rows_[i].side);
    graph_.Append(rows_[i].event);
  }
  return absl::OkStatus();
}

absl::Status GraphFeeder::ReadRows(const store::Segment& segment, uint32_t begin, uint32_t end,
                                   const store::TimeRange& range) {
  rows_.assign(end - begin, Row{});
  wanted_.assign(rows_.size(), 0);
  ids_.assign(rows_.size(), GraphEvent().ids);
  for (uint32_t chunk = begin / store::kChunkEvents; chunk * store::kChunkEvents < end; ++chunk) {
    RETURN_IF_ERROR(segment.ReadColumns(chunk, kColumns, columns_));
    const uint32_t chunk_end = std::min(end, columns_.first_ordinal + columns_.size);
    for (uint32_t ordinal = std::max(begin, columns_.first_ordinal); ordinal < chunk_end; ++ordinal) {
      Row& row = rows_[ordinal - begin];
      row.event.sequence = segment.base_sequence() + ordinal;
      ReadRow(ordinal - columns_.first_ordinal, row);
      wanted_[ordinal - begin] = range.Contains(row.event.time_us) ? 1 : 0;
    }
  }
  all_wanted_ = std::find(wanted_.begin(), wanted_.end(), 0) == wanted_.end();
  return absl::OkStatus();
}

void GraphFeeder::ReadRow(size_t at, Row& row) const {
  store::Event state;
  state.outcome = static_cast<store::Outcome>(columns_.outcome[at]);
  state.severity = columns_.severity[at];
  row.event.time_us = columns_.time_us[at];
  row.event.service = columns_.dimensions[static_cast<size_t>(Dimension::kService)][at];
  row.event.region = columns_.dimensions[static_cast<size_t>(Dimension::kRegion)][at];
  row.signature_code = columns_.signature[at];
  row.side = columns_.side[at];
  row.failure = state.IsError();
  row.event.success = state.outcome == store::Outcome::kSuccess;
  row.event.sampled = (columns_.flags[at] & store::kSampled) != 0;
  const auto offset =
      ClockOffset(row.event.time_us, columns_.claimed_time_us[at], columns_.received_time_us[at], columns_.flags[at]);
  row.has_clock = offset.has_value();
  row.event.clock_offset_us = offset.value_or(0);
}

// The segment's codes become the graph's. Its dictionaries are read after its
// rows: those of an open segment grow.
absl::Status GraphFeeder::Translate(const store::Segment& segment) {
  ASSIGN_OR_RETURN(const auto signatures, segment.signatures());
  ASSIGN_OR_RETURN(const auto services, segment.dictionary(Dimension::kService));
  ASSIGN_OR_RETURN(const auto regions, segment.dictionary(Dimension::kRegion));
  for (const Row& row : rows_) {
    if (row.event.service >= services->size() || row.event.region >= regions->size()) {
      return Damaged("a code that its dictionary lacks");
    }
    if (row.failure && row.signature_code >= signatures->size()) return Damaged("a signature that it does not list");
    if (row.side >= store::kSides) return Damaged("an unknown side");
  }
  std::vector<uint16_t> service_codes, region_codes;
  for (const std::string_view service : *services) service_codes.push_back(graph_.ServiceCode(service));
  for (const std::string_view region : *regions) region_codes.push_back(graph_.RegionCode(region));
  std::vector<std::array<uint32_t, store::kSides>> numbers(signatures->size());
  for (auto& by_side : numbers) by_side.fill(UnitGraph::kNoFailure);
  for (size_t i = 0; i < rows_.size(); ++i) {
    Row& row = rows_[i];
    row.event.service = service_codes[row.event.service];
    row.event.region = region_codes[row.event.region];
    row.event.signature = UnitGraph::kNoFailure;
    if (!wanted_[i] || !row.failure) continue;
    const uint64_t signature = (*signatures)[row.signature_code];
    uint32_t& number = numbers[row.signature_code][row.side];
    if (number == UnitGraph::kNoFailure && signature != 0) {
      number = graph_.SignatureNumber(static_cast<store::Side>(row.side), signature);
    }
    row.event.signature = number;
    row.failure = number != UnitGraph::kNoFailure;
  }
  return absl::OkStatus();
}

absl::Status GraphFeeder::FindIds(const store::Segment& segment, uint32_t begin) {
  for (int kind = 0; kind < kExactIdKinds; ++kind) {
    Found& found = found_[kind];
    found.hashes.clear();
    found.counts.clear();
    found.places.clear();
    const auto id_kind = static_cast<store::IdKind>(kind);
    const auto visit = [&](std::string_view id, std::span<const uint16_t> ordinals) {
      const size_t before = found.places.size();
      for (const uint16_t ordinal : ordinals) {
        if (ordinal < begin || ordinal - begin >= rows_.size()) continue;
        if (!all_wanted_ && !wanted_[ordinal - begin]) continue;
        found.places.push_back(static_cast<uint16_t>(ordinal - begin));
      }
      if (found.places.size() == before) return;
      found.hashes.push_back(IdTable::Hash(id_kind, id));
      found.counts.push_back(static_cast<uint32_t>(found.places.size() - before));
    };
    RETURN_IF_ERROR(segment.ForEachId(id_kind, visit));
  }
  return absl::OkStatus();
}

void GraphFeeder::NumberIds() {
  for (int kind = 0; kind < kExactIdKinds; ++kind) {
    const Found& found = found_[kind];
    numbers_.resize(found.hashes.size());
    graph_.ids().Add(found.hashes, found.counts, numbers_);
    size_t place = 0;
    for (size_t i = 0; i < numbers_.size(); ++i) {
      for (const size_t end = place + found.counts[i]; place < end; ++place) {
        ids_[found.places[place]][kind] = numbers_[i];
      }
    }
  }
}

absl::Status GraphFeeder::FindSessions(const store::Segment& segment, uint32_t begin) {
  weak_ids_.assign(rows_.size(), {});
  size_t missing = 0;
  const auto is_asked = [this](size_t row) {
    return wanted_[row] && (rows_[row].has_clock || (rows_[row].failure && !HasAny(ids_[row])));
  };
  for (size_t row = 0; row < rows_.size(); ++row) missing += is_asked(row) ? 1 : 0;
  for (const store::IdKind kind : kRepeaters) {
    if (missing == 0) break;
    const auto visit = [&](std::string_view id, std::span<const uint16_t> ordinals) {
      for (const uint16_t ordinal : ordinals) {
        if (ordinal < begin || ordinal - begin >= rows_.size()) continue;
        const size_t row = ordinal - begin;
        if (weak_ids_[row].hash != 0 || !is_asked(row)) continue;
        weak_ids_[row] = {IdTable::Hash(kind, id) | 1, kind};
        --missing;
      }
    };
    RETURN_IF_ERROR(segment.ForEachId(kind, visit));
  }
  for (size_t row = 0; row < rows_.size(); ++row) {
    const WeakId& id = weak_ids_[row];
    if (id.hash == 0) continue;
    if (rows_[row].has_clock && id.kind != store::IdKind::kUser) rows_[row].event.session = id.hash;
    if (rows_[row].failure && !HasAny(ids_[row])) SetRepeatKey(row);
  }
  return absl::OkStatus();
}

// Repeated lines of one failure agree in all of it.
void GraphFeeder::SetRepeatKey(size_t row) {
  GraphEvent& event = rows_[row].event;
  const uint64_t place = uint64_t{event.signature} << 32 | uint64_t{event.service} << 16 | event.region;
  event.repeat_key = Mix(Mix(0, weak_ids_[row].hash), place) | 1;
}

}  // namespace faultline::query
