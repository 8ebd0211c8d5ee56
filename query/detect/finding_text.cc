#include "query/detect/finding_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "query/event_proto.h"
#include "query/pair_text.h"

namespace faultline::query {
namespace {

std::string Expected(const SeriesFinding& finding) {
  return fmt::format("expected {} (99 % {}-{})", ShortNumber(finding.expected), ShortNumber(finding.interval.low),
                     ShortNumber(finding.interval.high));
}

std::string Times(const SeriesFinding& finding) {
  return finding.lift() > 0 ? fmt::format(": {}x", ShortNumber(finding.lift())) : "";
}

std::string Reason(const SeriesFinding& finding, const char* unit) {
  const std::string span = ShortDuration(static_cast<double>(finding.found_us - finding.start_us) / 1e6);
  const std::string observed = ShortNumber(finding.observed);
  switch (finding.kind) {
    case FindingKind::kNew:
      return fmt::format("{} {} in {}, where there never were any", observed, unit, span);
    case FindingKind::kSilence:
      return fmt::format("no {} for {}, {}", unit, span, Expected(finding));
    case FindingKind::kRegression:
      return fmt::format("{} {} in {}, after a day without any, in a newer version", observed, unit, span);
    case FindingKind::kRate:
      return fmt::format("{} {} in {}, {} of so many attempts{}", observed, unit, span, Expected(finding),
                         Times(finding));
    case FindingKind::kSpike:
      break;
  }
  return fmt::format("{} {} in {}, {} at this time{}", observed, unit, span, Expected(finding), Times(finding));
}

}  // namespace

void FillFinding(const SeriesFinding& from, int64_t bucket_us, const char* unit, v1::Finding& to) {
  to.set_kind(FindingKindName(from.kind));
  to.set_reason(Reason(from, unit));
  *to.mutable_start() = ToTimestamp(from.start_us);
  if (from.end_us != 0) *to.mutable_end() = ToTimestamp(from.end_us);
  *to.mutable_found() = ToTimestamp(std::max(from.found_us, from.start_us + bucket_us));
  to.set_observed(from.observed);
  to.set_expected(from.expected);
  to.mutable_interval()->set_low(from.interval.low);
  to.mutable_interval()->set_high(from.interval.high);
  to.set_lift(from.lift());
  to.set_peak(from.peak);
  to.set_chance(from.chance);
}

}  // namespace faultline::query
