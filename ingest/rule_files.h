// Finds and reads the files of a rule pack.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace faultline::ingest {

// The rule files of `path`: itself, or where it is a folder its *.yaml by name.
// Errors: NotFound when there is no such path; Unavailable when it cannot be listed.
absl::StatusOr<std::vector<std::string>> ListRuleFiles(const std::string& path);
// The text of a file, at most one byte more than a rule file may have; nullopt
// when it cannot be read.
std::optional<std::string> ReadRuleFileText(const std::string& path);

}  // namespace faultline::ingest
