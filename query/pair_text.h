// A pair in words, with its numbers.
#pragma once

#include <string>

#include "faultline/v1/failure_query_service.pb.h"
#include "query/cell_table.h"

namespace faultline::query {

// What `expected` was computed from.
struct ChanceBasis {
  bool by_region = true;
  bool attempts_known = true;
};

// "together 388, expected 31 at these times and regions: 12.5x (95 % 11.3-13.8);
// accompanies 62 % of these client failures; server first by 1.8 s (median)".
// Takes the numbers that `pair` has; never says that one causes the other.
std::string DescribePair(const faultline::v1::CorrelatedPair& pair, const ChanceBasis& basis);

// "attempts records, by minute and region": where n of `expected` is from.
std::string DescribeDenominator(const CellTable& cells);

// Three significant digits without an exponent: "12.5", "388", "0.00041".
std::string ShortNumber(double value);
// "1.8 s", "40 ms", "3.2 min", "2.1 h".
std::string ShortDuration(double seconds);

}  // namespace faultline::query
