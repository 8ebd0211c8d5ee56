#include "ingest/file_paths.h"

#include <glob.h>
#include <sys/stat.h>

#include <optional>
#include <set>

#include "absl/strings/str_cat.h"

namespace faultline::ingest {
namespace {

std::optional<struct stat> StatOf(const std::string& path) {
  struct stat info {};
  if (stat(path.c_str(), &info) != 0) return std::nullopt;
  return info;
}

std::vector<std::string> Match(const std::string& pattern) {
  glob_t found{};
  std::vector<std::string> paths;
  if (glob(pattern.c_str(), 0, nullptr, &found) == 0) {
    for (size_t i = 0; i < found.gl_pathc; ++i) {
      const std::optional<struct stat> info = StatOf(found.gl_pathv[i]);
      if (info.has_value() && !S_ISDIR(info->st_mode)) paths.emplace_back(found.gl_pathv[i]);
    }
  }
  globfree(&found);
  return paths;
}

}  // namespace

bool IsPattern(const std::string& path) {
  return path.find_first_of("*?[") != std::string::npos && !StatOf(path).has_value();
}

absl::StatusOr<std::vector<std::string>> ExpandPaths(const std::vector<std::string>& paths) {
  std::vector<std::string> expanded;
  for (const std::string& path : paths) {
    if (!IsPattern(path)) {
      expanded.push_back(path);
      continue;
    }
    const std::vector<std::string> matches = Match(path);
    if (matches.empty()) return absl::NotFoundError(absl::StrCat(path, ": no file matches"));
    expanded.insert(expanded.end(), matches.begin(), matches.end());
  }
  return expanded;
}

std::vector<FoundFile> FindFiles(const std::vector<std::string>& paths) {
  std::vector<FoundFile> found;
  std::set<FileId> seen;
  for (const std::string& path : paths) {
    for (const std::string& match : IsPattern(path) ? Match(path) : std::vector<std::string>{path}) {
      const std::optional<struct stat> info = StatOf(match);
      if (!info.has_value() || S_ISDIR(info->st_mode)) continue;
      const FileId id(info->st_dev, info->st_ino);
      if (!seen.insert(id).second) continue;
      found.push_back({match, id, {info->st_size, info->st_mtim.tv_sec * 1'000'000'000 + info->st_mtim.tv_nsec}});
    }
  }
  return found;
}

}  // namespace faultline::ingest
