// Names of what was noticed on the way (store::EventFlag).
#pragma once

#include <array>
#include <string_view>

namespace faultline::query {

// Index is the number of the bit in store::Event::flags.
inline constexpr std::array<std::string_view, 8> kNoticeNames = {"time_skewed",    "time_missing",  "text_repaired",
                                                                 "text_truncated", "text_redacted", "id_rejected",
                                                                 "depth_exceeded", "sampled"};

}  // namespace faultline::query
