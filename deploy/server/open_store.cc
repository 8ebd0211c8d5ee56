#include "deploy/server/open_store.h"

#include <cstdlib>
#include <filesystem>
#include <utility>

#include "base/log.h"
#include "base/status_macros.h"
#include "deploy/server/process_signals.h"

namespace faultline::deploy {
namespace {

constexpr std::chrono::milliseconds kRetryInterval{500};

absl::StatusOr<std::unique_ptr<store::Store>> OpenWhenThere(const store::StoreOptions& options,
                                                            const std::string& scratch) {
  bool told = false;
  while (true) {
    absl::StatusOr<std::unique_ptr<store::Store>> store = store::Store::OpenSecondary(options, scratch);
    const absl::StatusCode code = store.status().code();
    // Unavailable: a writer is making it just now.
    if (code != absl::StatusCode::kNotFound && code != absl::StatusCode::kUnavailable) return store;
    if (!std::exchange(told, true)) LogInfo("waiting for a writer to make the store", {{"path", options.path}});
    if (WaitForProcessSignal(kRetryInterval) == ProcessSignal::kStop) return absl::CancelledError("stopped");
  }
}

}  // namespace

absl::StatusOr<OpenedStore> OpenedStore::Open(const Config& config) {
  OpenedStore opened;
  if (config.role != "query") {
    ASSIGN_OR_RETURN(opened.store_, store::Store::Open(config.store));
    return opened;
  }
  std::string pattern = (std::filesystem::temp_directory_path() / "faultlined-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) {
    return absl::UnavailableError("cannot make a folder like " + pattern + "; set TMPDIR to one that can be written");
  }
  opened.scratch_ = pattern;
  ASSIGN_OR_RETURN(opened.store_, OpenWhenThere(config.store, opened.scratch_));
  return opened;
}

OpenedStore::~OpenedStore() {
  store_.reset();
  std::error_code ignored;
  if (!scratch_.empty()) std::filesystem::remove_all(scratch_, ignored);
}

absl::StatusOr<std::optional<Pseudonyms>> LoadKey(const Config& config) {
  const std::string path = config.key_file.empty() ? config.store.path + ".key" : config.key_file;
  if (config.role != "query") {
    ASSIGN_OR_RETURN(Pseudonyms key, Pseudonyms::LoadOrCreate(path));
    return key;
  }
  absl::StatusOr<Pseudonyms> key = Pseudonyms::Load(path);
  if (key.ok()) return *std::move(key);
  if (key.status().code() != absl::StatusCode::kNotFound) return key.status();
  LogWarning("no key file, so user and device ids are found by their hash alone", {{"path", path}});
  return std::nullopt;
}

}  // namespace faultline::deploy
