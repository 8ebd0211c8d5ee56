#include "ingest/rule_files.h"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "ingest/rule_spec.h"

namespace faultline::ingest {

namespace fs = std::filesystem;

absl::StatusOr<std::vector<std::string>> ListRuleFiles(const std::string& path) {
  std::error_code error;
  if (!fs::exists(path, error)) return absl::NotFoundError(absl::StrCat("rules: no such file or folder: ", path));
  if (!fs::is_directory(path, error)) return std::vector<std::string>{path};
  std::vector<std::string> files;
  for (auto it = fs::directory_iterator(path, error); !error && it != fs::directory_iterator(); it.increment(error)) {
    if (it->path().extension() == ".yaml" && it->is_regular_file(error)) files.push_back(it->path().string());
  }
  if (error) return absl::UnavailableError(absl::StrCat("rules: cannot list ", path, ": ", error.message()));
  std::sort(files.begin(), files.end());
  return files;
}

std::optional<std::string> ReadRuleFileText(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return std::nullopt;
  std::string text(kMaxRuleFileBytes + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (in.bad()) return std::nullopt;
  text.resize(static_cast<size_t>(in.gcount()));
  return text;
}

}  // namespace faultline::ingest
