#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "base/pseudonym.h"
#include "deploy/cli/diagnosis.h"
#include "deploy/cli/output.h"
#include "fmt/format.h"
#include "store/keys.h"
#include "store/store.h"

namespace faultline::deploy {
namespace {

constexpr uint64_t kGiB = uint64_t{1} << 30;

// Whether a process has the store open for writing: RocksDB holds a lock on LOCK then.
bool HasWriter(const std::string& path) {
  const int fd = open((path + "/LOCK").c_str(), O_RDWR | O_CLOEXEC);
  if (fd < 0) return false;
  struct flock lock {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  const bool held = fcntl(fd, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
  close(fd);
  return held;
}

void CheckDisk(const std::string& path, Findings& findings) {
  std::error_code error;
  const std::filesystem::space_info space = std::filesystem::space(path, error);
  if (error) {
    findings.Fail("disk", path + ": " + error.message(), "");
    return;
  }
  const double share = static_cast<double>(space.available) / static_cast<double>(space.capacity);
  const std::string finding = fmt::format("{:.1f} of {:.1f} GiB free", static_cast<double>(space.available) / kGiB,
                                          static_cast<double>(space.capacity) / kGiB);
  const std::string advice =
      "set store.retention or store.max_disk, or give it a larger disk: a store that cannot grow stops reading";
  if (space.available < kGiB || share < 0.05) {
    findings.Fail("disk", finding, advice);
  } else if (share < 0.15) {
    findings.Warn("disk", finding, advice);
  } else {
    findings.Ok("disk", finding);
  }
}

void CheckKey(const std::string& path, Findings& findings) {
  struct stat facts {};
  if (stat(path.c_str(), &facts) != 0) {
    findings.Warn("key file", path + ": " + std::strerror(errno),
                  "without it users and devices are found by their hash alone; --key-file names another");
    return;
  }
  const absl::StatusOr<Pseudonyms> key = Pseudonyms::Load(path);
  if (!key.ok()) {
    findings.Fail("key file", std::string(key.status().message()),
                  "restore it from a backup; with another key, old and new hashes differ");
  } else if ((facts.st_mode & 077) != 0) {
    findings.Fail("key file", fmt::format("{} can be read by others (mode {:04o})", path, facts.st_mode & 07777),
                  "chmod 600 " + path);
  } else {
    findings.Ok("key file", path + " is private");
  }
}

void CheckContent(const std::string& path, Findings& findings) {
  std::string scratch = (std::filesystem::temp_directory_path() / "faultline-XXXXXX").string();
  if (mkdtemp(scratch.data()) == nullptr) {
    findings.Skip("store", "no temporary folder could be made", "set TMPDIR to a folder that can be written");
    return;
  }
  store::StoreOptions options;
  options.path = path;
  options.background = false;
  {
    const absl::StatusOr<std::unique_ptr<store::Store>> store = store::Store::OpenSecondary(options, scratch);
    if (!store.ok()) {
      findings.Fail("store", std::string(store.status().message()),
                    "is this the folder in store.path, and may you read it?");
    } else {
      const absl::StatusOr<store::Store::Size> size = (*store)->MeasureSize();
      findings.Ok("store", fmt::format("opens: {} in {}, this program's format is {}",
                                       size.ok() ? CountOf(size->events, "event") : "?",
                                       size.ok() ? CountOf(size->segments, "segment") : "?", store::kFormatVersion));
    }
  }
  std::error_code ignored;
  std::filesystem::remove_all(scratch, ignored);
}

}  // namespace

void DiagnoseStore(const std::string& path, const std::string& key_file, Findings& findings) {
  std::error_code error;
  if (!std::filesystem::is_directory(path, error)) {
    findings.Fail("store", path + " is no folder" + (error ? ": " + error.message() : ""),
                  "faultlined and `faultline load` make it; is store.path right?");
    return;
  }
  CheckContent(path, findings);
  HasWriter(path) ? findings.Ok("writer", "a process has it open for writing")
                  : findings.Ok("writer", "nobody has it open for writing: load and replay may");
  CheckDisk(path, findings);
  CheckKey(key_file.empty() ? DefaultKeyFile(path) : key_file, findings);
}

}  // namespace faultline::deploy
