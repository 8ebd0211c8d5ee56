#include "query/pair_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace faultline::query {
namespace {

constexpr double kLeastShown = 1e-6;

std::string LagText(double seconds) {
  if (std::abs(seconds) < 0.0005) return "both at the same time (median)";
  return fmt::format("{} first by {} (median)", seconds > 0 ? "server" : "client", ShortDuration(std::abs(seconds)));
}

template <typename Row>
std::string LiftText(const Row& row) {
  return fmt::format("{}x (95 % {}-{})", ShortNumber(row.lift()), ShortNumber(row.lift_low()),
                     ShortNumber(row.lift_high()));
}

}  // namespace

std::string ShortNumber(double value) {
  if (!std::isfinite(value) || value <= 0) return "0";
  if (value < kLeastShown) return "under 0.000001";
  const int magnitude = static_cast<int>(std::floor(std::log10(value)));
  const int digits = std::clamp(magnitude >= 0 ? 2 - magnitude : 1 - magnitude, 0, 7);
  std::string text = fmt::format("{:.{}f}", value, digits);
  if (text.find('.') == std::string::npos) return text;
  while (text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return text;
}

std::string ShortDuration(double seconds) {
  if (seconds < 1) return ShortNumber(std::round(seconds * 1000)) + " ms";
  if (seconds < 120) return ShortNumber(seconds) + " s";
  if (seconds < 7200) return ShortNumber(seconds / 60) + " min";
  return ShortNumber(seconds / 3600) + " h";
}

std::string DescribeDenominator(const CellTable& cells) {
  const std::string span = cells.minutes == 1 ? "minute" : fmt::format("{} minutes", cells.minutes);
  return fmt::format("{}, by {}{}",
                     cells.attempts_known ? "attempts records" : "distinct units seen, as attempts are not known", span,
                     cells.by_region ? " and region" : "");
}

std::string DescribePair(const v1::CorrelatedPair& pair, const ChanceBasis& basis) {
  std::string text = fmt::format("together {}, ", pair.together());
  if (pair.sampled_events() > 0) {
    text += fmt::format("{} of their events were sampled before they came, so chance cannot be told",
                        pair.sampled_events());
  } else if (pair.lift() > 0) {
    text += fmt::format("expected {} at these times{}: {}", ShortNumber(pair.expected()),
                        basis.by_region ? " and regions" : "", LiftText(pair));
  } else {
    text += "how many to expect by chance cannot be told";
  }
  if (pair.quiet_cells().decisive()) {
    const v1::QuietCells& quiet = pair.quiet_cells();
    text += fmt::format("; without the {} in which chance alone gives one or more: together {}, expected {}: {}",
                        basis.by_region ? "minutes and regions" : "minutes", quiet.together(),
                        ShortNumber(quiet.expected()), LiftText(quiet));
  }
  if (pair.has_shared_dimension()) {
    const v1::SharedDimension& shared = pair.shared_dimension();
    text += fmt::format("; within {} of {} expected {}: {}, so both go with that dimension and not with each other",
                        shared.values() == 1 ? "one value" : fmt::format("its {} values", shared.values()),
                        shared.dimension(), ShortNumber(shared.expected()), LiftText(shared));
  }
  if (!basis.attempts_known && pair.sampled_events() == 0)
    text += ", estimated from the failures seen as attempts are not known";
  text += fmt::format("; accompanies {} % of these client failures; ", ShortNumber(pair.explained() * 100));
  return text + LagText(pair.median_lag_seconds());
}

}  // namespace faultline::query
