#include "query/journey_clocks.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "base/status_macros.h"
#include "query/id_lookup.h"
#include "query/session_clocks.h"
#include "store/chunk_runs.h"

namespace faultline::query {
namespace {

using store::IdKind;

constexpr size_t kMaxSessions = 16;
constexpr size_t kMaxEventsOfSession = 10'000;

using Session = std::pair<IdKind, std::string>;

std::optional<Session> SessionOf(const store::Event& event) {
  for (const IdKind kind : {IdKind::kSession, IdKind::kDevice}) {
    if (!event.id(kind).empty()) return Session(kind, event.id(kind));
  }
  return std::nullopt;
}

std::optional<int64_t> OffsetOf(const store::Event& event) {
  return ClockOffset(event.time_us, event.claimed_time_us, event.received_time_us, event.flags);
}

absl::StatusOr<int64_t> LeastOffset(const store::View& view, const Session& session, const QueryControl& control,
                                    int64_t least_us) {
  constexpr uint32_t kWanted = store::kTimeColumn | store::kUploadTimeColumns | store::kFlagsColumn;
  size_t events = 0;
  store::Columns rows;
  const auto read = [&](const store::Segment& segment, const std::vector<uint32_t>& ordinals) -> absl::Status {
    const size_t wanted = std::min(ordinals.size(), kMaxEventsOfSession - events);
    events += wanted;
    const auto lower = [&](uint32_t chunk, size_t, std::span<const uint32_t> indexes) -> absl::Status {
      RETURN_IF_ERROR(segment.ReadRows(chunk, indexes, kWanted, rows));
      for (size_t row = 0; row < indexes.size(); ++row) {
        const auto offset =
            ClockOffset(rows.time_us[row], rows.claimed_time_us[row], rows.received_time_us[row], rows.flags[row]);
        least_us = std::min(least_us, offset.value_or(least_us));
      }
      return absl::OkStatus();
    };
    return store::ForEachChunk(std::span(ordinals).first(wanted), store::kChunkEvents, lower);
  };
  RETURN_IF_ERROR(ForEachHolder(view, session.first, session.second, control, read));
  return least_us;
}

}  // namespace

absl::Status CorrectByClocks(const store::View& view, const QueryControl& control,
                             std::vector<store::OwnedEvent>& events) {
  std::map<Session, int64_t> least;
  for (store::OwnedEvent& owned : events) {
    store::Event& event = owned.event;
    const auto offset = OffsetOf(event);
    auto session = SessionOf(event);
    if (!offset || !session) continue;
    auto found = least.find(*session);
    if (found == least.end()) {
      if (least.size() == kMaxSessions) continue;
      ASSIGN_OR_RETURN(const int64_t least_us, LeastOffset(view, *session, control, *offset));
      found = least.emplace(*std::move(session), least_us).first;
    }
    if (*offset - found->second <= SessionClocks::kMaxUploadMicros) event.time_us += found->second - *offset;
  }
  std::sort(events.begin(), events.end(), [](const store::OwnedEvent& a, const store::OwnedEvent& b) {
    return std::pair(a.event.time_us, a.sequence) < std::pair(b.event.time_us, b.sequence);
  });
  return absl::OkStatus();
}

}  // namespace faultline::query
