// The built files of the page (deploy/web/dist), as they are in the program.
//
// Thread-safe.
#pragma once

#include <string_view>
#include <utility>
#include <vector>

namespace faultline::deploy {

// Name and bytes, by name.
const std::vector<std::pair<std::string_view, std::string_view>>& EmbeddedFiles();

}  // namespace faultline::deploy
