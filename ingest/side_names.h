// Words for who reported a failure.
#pragma once

#include <string_view>

#include "store/event.h"

namespace faultline::ingest {

// "client", "mobile", "app", "frontend", "browser"; "server", "backend";
// "network", "cdn", "carrier"; "user", "report"; any case. kUnspecified for
// everything else.
store::Side SideFromText(std::string_view text);

}  // namespace faultline::ingest
