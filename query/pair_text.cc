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

std::string LiftText(const v1::CorrelatedPair& pair) {
  return fmt::format("{}x (95 % {}-{})", ShortNumber(pair.lift()), ShortNumber(pair.lift_low()),
                     ShortNumber(pair.lift_high()));
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

std::string DescribePair(const v1::CorrelatedPair& pair, const ChanceBasis& basis) {
  std::string text = fmt::format("together {}, ", pair.together());
  if (pair.lift() > 0) {
    text += fmt::format("expected {} at these times{}: {}", ShortNumber(pair.expected()),
                        basis.by_region ? " and regions" : "", LiftText(pair));
  } else {
    text += "how many to expect by chance cannot be told";
  }
  if (!basis.attempts_known) text += ", estimated from the failures seen as attempts are not known";
  text += fmt::format("; accompanies {} % of these client failures; ", ShortNumber(pair.explained() * 100));
  return text + LagText(pair.median_lag_seconds());
}

}  // namespace faultline::query
