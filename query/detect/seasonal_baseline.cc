#include "query/detect/seasonal_baseline.h"

#include <algorithm>
#include <cmath>

namespace faultline::query {
namespace {

constexpr int64_t kHourMicros = 3'600'000'000;
constexpr int kDayHours = 24, kWeekHours = 168;
constexpr double kLeastLevel = 1e-3;
constexpr double kStep = 2;  // from hour to hour
constexpr double kMostSpreads = 8;
// Of a series that has said nothing yet (Jeffreys' prior).
constexpr double kPriorEvents = 0.5;
// The first forecasts say nothing of how far counts scatter.
constexpr double kUnscored = 10;
constexpr double kNoDifference = 1e9;  // events
// Buckets that count as seen, with this overdispersion, before there are any.
constexpr double kPriorBuckets = 30, kPriorOverdispersion = 0.1;
const double kScatterFade = std::exp2(-1 / kScatterHalfLife);
const double kLeadFade = std::exp2(-1 / kLeadHalfLife);
const double kLevelFade = std::exp2(-1 / kLevelHalfLife);

int64_t HourOf(int64_t time_us) { return time_us / kHourMicros - (time_us % kHourMicros < 0 ? 1 : 0); }

int Modulo(int64_t hour, int64_t hours) { return static_cast<int>(((hour % hours) + hours) % hours); }

double Shrunk(double count, double expected, double prior) { return (count + prior) / (expected + prior); }

// How much ratios of counts to what was expected differ beyond chance, by moments.
struct Variation {
  double excess = 0, squares = 0;

  void Add(double count, double expected, double clump) {
    excess += (count - expected) * (count - expected) - clump * expected;
    squares += expected * expected;
  }
  // The weight of "no difference" in events.
  double Prior(double clump) const {
    if (!(excess > 0) || !(squares > 0)) return kNoDifference;
    return std::clamp(clump * squares / excess, kShrinkEvents, kNoDifference);
  }
};

}  // namespace

double SeasonalBaseline::MeanRate() const {
  return all_.exposure > 0 ? (all_.count + kPriorEvents) / all_.exposure : 0;
}

double SeasonalBaseline::FactorOf(int hour_of_week) const {
  if (!has_shape_) return 1;
  const double mean = MeanRate();
  const Sum& day = daily_[static_cast<size_t>(hour_of_week % kDayHours)];
  const double of_day = Shrunk(day.count, day.exposure * mean, day_prior_);
  const Sum& week = weekly_[static_cast<size_t>(hour_of_week)];
  return of_day * Shrunk(week.count, week.exposure * mean * of_day, week_prior_);
}

void SeasonalBaseline::WeighShape() {
  const double mean = MeanRate(), clump = Clump();
  Variation days, weeks;
  for (const Sum& day : daily_) days.Add(day.count, day.exposure * mean, clump);
  day_prior_ = days.Prior(clump);
  for (size_t hour = 0; hour < weekly_.size(); ++hour) {
    const Sum& day = daily_[hour % kDayHours];
    // Hours of one day alone would be compared with themselves.
    if (weekly_[hour].exposure > 0.9 * day.exposure) continue;
    const double of_day = Shrunk(day.count, day.exposure * mean, day_prior_);
    weeks.Add(weekly_[hour].count, weekly_[hour].exposure * mean * of_day, clump);
  }
  week_prior_ = weeks.Prior(clump);
}

double SeasonalBaseline::HourRate(int64_t start_us) const {
  return MeanRate() * FactorOf(Modulo(HourOf(start_us), kWeekHours));
}

// An hour's rate holds at its middle, and changes evenly to the next one's; what changes much does so in a step.
double SeasonalBaseline::RateAt(int64_t start_us) const {
  const int64_t shifted = start_us - kHourMicros / 2;
  const int64_t hour = HourOf(shifted);
  const double share = static_cast<double>(shifted - hour * kHourMicros) / static_cast<double>(kHourMicros);
  const double before = FactorOf(Modulo(hour, kWeekHours)), after = FactorOf(Modulo(hour + 1, kWeekHours));
  if (std::max(before, after) > kStep * std::min(before, after)) return HourRate(start_us);
  return MeanRate() * (before * (1 - share) + after * share);
}

double SeasonalBaseline::Level() const { return Shrunk(level_count_, level_expected_, kShrinkEvents * Clump()); }

double SeasonalBaseline::Uncertainty() const {
  const double clump = Clump();
  return clump / (std::min(all_.count, level_expected_ + kShrinkEvents * clump) + kPriorEvents);
}

double SeasonalBaseline::Overdispersion() const {
  const double typical = means_ > 0 ? square_means_ / means_ : 0;
  if (!(typical > 0)) return kPriorOverdispersion;
  const double prior_squares = kPriorBuckets * typical * typical;
  return std::max(0.0, (excess_errors_ + prior_squares * kPriorOverdispersion) / (square_means_ + prior_squares));
}

double SeasonalBaseline::Clump() const {
  const double typical = means_ > 0 ? square_means_ / means_ : 0;
  return 1 + Overdispersion() * typical;
}

CountModel SeasonalBaseline::Forecast(int64_t start_us, double exposure) const {
  CountModel model;
  model.mean = RateAt(start_us) * exposure * Level();
  const double scatter = Overdispersion();
  const double typical = means_ > 0 ? square_means_ / means_ : 1;
  // The standard error of a variance of n normal values is its own sqrt(2 / n).
  const double doubt = kDoubt * (scatter + 1 / typical) * std::sqrt(2 / (errors_ + kPriorBuckets));
  model.overdispersion = scatter + doubt + Uncertainty();
  return model;
}

CountModel SeasonalBaseline::UpperForecast(int64_t start_us, double exposure, const CountModel& forecast) const {
  // Without a shape, the level alone follows the day, and lags behind it where it rises.
  const double lead = has_shape_ ? Level() : std::max(Level(), Shrunk(lead_count_, lead_expected_, kShrinkEvents));
  return {std::max(forecast.mean, HourRate(start_us) * exposure * lead), forecast.overdispersion};
}

CountModel SeasonalBaseline::SumForecast(double mean, double overdispersion, double buckets) const {
  const double certain = std::max(0.0, overdispersion - Uncertainty());
  const double shared = std::clamp(square_means_ > 0 ? shared_errors_ / square_means_ : 0.0, 0.0, certain);
  return {mean, certain / buckets + shared * (buckets - 1) / buckets + Uncertainty()};
}

// The past as it would have been at the new level: hours keep how they compare with each other.
void SeasonalBaseline::AdoptLevel(double count, double expected) {
  if (!(expected > 0)) return;
  const double ratio = std::max(count / expected, kLeastLevel);
  for (Sum& sum : weekly_) sum.count *= ratio;
  for (Sum& sum : daily_) sum.count *= ratio;
  all_.count *= ratio;
}

void SeasonalBaseline::LearnScatter(double error, double mean) {
  for (double* sum : {&excess_errors_, &shared_errors_, &means_, &square_means_, &errors_}) *sum *= kScatterFade;
  // What the mean was off by is no scatter: Uncertainty() is added to every forecast.
  excess_errors_ += error * error - mean - Uncertainty() * mean * mean;
  shared_errors_ += error * last_error_ - Uncertainty() * mean * mean;
  means_ += mean;
  square_means_ += mean * mean;
  errors_ += 1;
  last_error_ = error;
}

void SeasonalBaseline::AddToShape(int64_t start_us, double count, double exposure) {
  const int64_t hour = HourOf(start_us);
  const int64_t week = hour / kWeekHours;
  const int slot = Modulo(hour, kWeekHours);
  if (hour != weighed_hour_) {
    WeighShape();
    weighed_hour_ = hour;
  }
  Sum& weekly = weekly_[static_cast<size_t>(slot)];
  Sum& daily = daily_[static_cast<size_t>(slot % kDayHours)];
  if (week_of_[static_cast<size_t>(slot)] != week) {
    weekly.count *= kWeekFade, weekly.exposure *= kWeekFade;
    daily.count *= std::pow(kWeekFade, 1.0 / 7), daily.exposure *= std::pow(kWeekFade, 1.0 / 7);
    week_of_[static_cast<size_t>(slot)] = week;
    all_.count *= std::pow(kWeekFade, 1.0 / kWeekHours), all_.exposure *= std::pow(kWeekFade, 1.0 / kWeekHours);
  }
  for (Sum* sum : {&weekly, &daily, &all_}) {
    sum->count += count;
    sum->exposure += exposure;
  }
}

void SeasonalBaseline::RescaleLevel(double before, int64_t now_us) {
  if (!(before > 0)) return;
  const double ratio = HourRate(now_us) / before;
  level_expected_ *= ratio;
  lead_expected_ *= ratio;
}

void SeasonalBaseline::LearnShape(int64_t start_us, double count, double exposure, int64_t now_us) {
  const double before = HourRate(now_us);
  AddToShape(start_us, count, exposure);
  RescaleLevel(before, now_us);
}

void SeasonalBaseline::BeginEmpty(int64_t first_us, double buckets) {
  if (!(buckets > 0)) return;
  first_us_ = first_us;
  buckets_ = buckets;
  all_.exposure = buckets;
}

void SeasonalBaseline::Learn(int64_t start_us, double count, double exposure, const CountModel& forecast) {
  if (buckets_ == 0) first_us_ = start_us;
  const bool is_scored = buckets_ >= kUnscored;
  const double taken = is_scored ? std::min(count, forecast.mean + kMostSpreads * Spread(forecast) + 1) : count;
  if (is_scored) LearnScatter(taken - forecast.mean, forecast.mean);
  const double expected = RateAt(start_us) * exposure;
  level_count_ = level_count_ * kLevelFade + taken;
  level_expected_ = level_expected_ * kLevelFade + expected;
  lead_count_ = lead_count_ * kLeadFade + taken;
  lead_expected_ = lead_expected_ * kLeadFade + expected;
  AddToShape(start_us, taken, exposure);
  buckets_ += 1;
  if (has_shape_ || start_us - first_us_ < kDayHours * kHourMicros) return;
  // The level so far is one over the mean.
  const double flat = HourRate(start_us);
  has_shape_ = true;
  RescaleLevel(flat, start_us);
}

}  // namespace faultline::query
