// The files that paths and patterns name.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "ingest/raw_input.h"

namespace faultline::ingest {

struct FoundFile {
  std::string path;
  FileId id;
  RawInput::State state;
};

// Whether `path` is a pattern (* ? [ ]) and not the name of a file.
bool IsPattern(const std::string& path);
// Paths as they are, patterns as what they match now (folders left out, sorted).
// Errors: NotFound for a pattern that matches nothing.
absl::StatusOr<std::vector<std::string>> ExpandPaths(const std::vector<std::string>& paths);
// What exists of them now, each file once.
std::vector<FoundFile> FindFiles(const std::vector<std::string>& paths);

}  // namespace faultline::ingest
