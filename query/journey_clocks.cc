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
  constexpr uint32_t kWanted = store::kTimeColumn | store::kOtherTimeColumns | store::kStateColumns;
  size_t events = 0;
  store::Columns columns;
  const auto read = [&](const store::Segment& segment, const std::vector<uint32_t>& ordinals) -> absl::Status {
    columns.size = 0;
    for (const uint32_t ordinal : ordinals) {
      if (++events > kMaxEventsOfSession) return absl::OkStatus();
      if (columns.size == 0 || ordinal - columns.first_ordinal >= columns.size) {
        RETURN_IF_ERROR(segment.ReadColumns(ordinal / store::kChunkEvents, kWanted, columns));
      }
      const uint32_t at = ordinal - columns.first_ordinal;
      const auto offset = ClockOffset(columns.time_us[at], columns.claimed_time_us[at], columns.received_time_us[at],
                                      columns.flags[at]);
      least_us = std::min(least_us, offset.value_or(least_us));
    }
    return absl::OkStatus();
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
