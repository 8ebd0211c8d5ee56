// One line of the sample in each of its formats.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "deploy/sample/random.h"
#include "deploy/sample/story.h"

namespace faultline::deploy {

// A message on its way through the service; both sides log its ids.
struct SampleUnit {
  std::string message_id, trace_id;
  std::string_view region, os;
};

SampleUnit MakeUnit(SampleRandom& random);
// Replaces the {marks} of sample/story.h by values.
std::string FillIn(std::string_view text, SampleRandom& random);
std::string JsonQuote(std::string_view text);

std::string ClientLine(int64_t time_us, std::string_view message, const SampleUnit& unit, SampleRandom& random);
std::string ServerLine(int64_t time_us, const ServerFailure& failure, const SampleUnit& unit, bool new_release,
                       SampleRandom& random);
std::string AttemptsLine(int64_t time_us, std::string_view region, std::string_view os, int64_t count);

}  // namespace faultline::deploy
