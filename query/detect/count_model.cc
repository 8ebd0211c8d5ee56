#include "query/detect/count_model.h"

#include <algorithm>
#include <boost/math/special_functions/beta.hpp>
#include <boost/math/special_functions/gamma.hpp>
#include <cmath>

namespace faultline::query {
namespace {

// Failures to converge give a bound instead of an exception.
using Policy =
    boost::math::policies::policy<boost::math::policies::evaluation_error<boost::math::policies::ignore_error>,
                                  boost::math::policies::underflow_error<boost::math::policies::ignore_error>,
                                  boost::math::policies::overflow_error<boost::math::policies::ignore_error>,
                                  boost::math::policies::domain_error<boost::math::policies::ignore_error>>;

constexpr double kPoisson = 1e-6;  // less overdispersion is none
constexpr double kLargest = 1e15;  // counts beyond are not told apart

double Bounded(double p) { return std::isfinite(p) ? std::clamp(p, 0.0, 1.0) : 1.0; }

}  // namespace

double UpperTail(double count, const CountModel& model) {
  const double whole = std::ceil(count);
  if (!(whole > 0)) return 1;
  if (!(model.mean > 0)) return 0;
  if (!(model.overdispersion > kPoisson)) return Bounded(boost::math::gamma_p(whole, model.mean, Policy()));
  const double size = 1 / model.overdispersion;
  return Bounded(boost::math::ibeta(whole, size, model.mean / (size + model.mean), Policy()));
}

double ChanceOfNone(const CountModel& model) {
  if (!(model.mean > 0)) return 1;
  if (!(model.overdispersion > kPoisson)) return std::exp(-model.mean);
  return std::exp(-std::log1p(model.overdispersion * model.mean) / model.overdispersion);
}

double Spread(const CountModel& model) {
  return std::sqrt(std::max(0.0, model.mean + model.overdispersion * model.mean * model.mean));
}

CountInterval CentralInterval(const CountModel& model, double coverage) {
  const double beyond = (1 - coverage) / 2;
  // The smallest count whose upper tail is at most `chance`: doubling, then halving.
  const auto smallest = [&model](double chance) {
    double below = 0, above = 1;
    while (UpperTail(above, model) > chance && above < kLargest) below = above, above *= 2;
    while (above - below > 1) {
      const double middle = std::floor((below + above) / 2);
      (UpperTail(middle, model) > chance ? below : above) = middle;
    }
    return above;
  };
  return {smallest(1 - beyond) - 1, smallest(beyond) - 1};
}

}  // namespace faultline::query
