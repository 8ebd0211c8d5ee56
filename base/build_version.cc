#include "base/build_version.h"

namespace faultline {

std::string_view Version() { return FAULTLINE_VERSION; }
std::string_view BuildCommit() { return FAULTLINE_COMMIT; }
std::string_view BuildDetails() { return FAULTLINE_BUILD_DETAILS; }

}  // namespace faultline
