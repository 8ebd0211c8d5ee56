#include "ingest/rule_reloader.h"

#include <xxhash.h>

#include "ingest/rule_files.h"

namespace faultline::ingest {

RuleReloader::RuleReloader(Options options, std::shared_ptr<const RuleSet> current, Publish publish)
    : options_(std::move(options)),
      publish_(std::move(publish)),
      current_(std::move(current)),
      seen_(RuleFilesState(options_.paths)) {}

RuleReloader::~RuleReloader() { Stop(); }

void RuleReloader::Start() {
  if (thread_.joinable()) return;
  thread_ = std::jthread([this](const std::stop_token& stop) { Watch(stop); });
}

void RuleReloader::Stop() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
}

absl::Status RuleReloader::Reload() {
  const MutexLock lock(mu_);
  seen_ = RuleFilesState(options_.paths);
  return ReloadLocked();
}

void RuleReloader::Watch(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    {
      const MutexLock lock(wait_mu_);
      wait_.wait_for(wait_mu_, stop, options_.interval, [&stop] { return stop.stop_requested(); });
    }
    if (!stop.stop_requested()) ReloadIfChanged();
  }
}

void RuleReloader::ReloadIfChanged() {
  const MutexLock lock(mu_);
  const uint64_t state = RuleFilesState(options_.paths);
  if (state == seen_) return;
  // A path that is gone for a moment, as while an editor saves, is looked at again.
  if (ReloadLocked().ok()) seen_ = state;
}

absl::Status RuleReloader::ReloadLocked() {
  std::vector<RuleError> errors;
  auto loaded = RuleSet::Reload(options_.paths, current_.get(), errors);
  if (!loaded.ok()) return loaded.status();
  current_ = *std::move(loaded);
  publish_(current_, errors);
  return absl::OkStatus();
}

uint64_t RuleFilesState(const std::vector<std::string>& paths) {
  uint64_t state = 0;
  const auto add = [&state](const std::string& text) { state = XXH3_64bits_withSeed(text.data(), text.size(), state); };
  for (const std::string& path : paths) {
    add(path);
    const auto files = ListRuleFiles(path);
    if (!files.ok()) continue;
    for (const std::string& file : *files) {
      add(file);
      add(ReadRuleFileText(file).value_or(""));
    }
  }
  return state;
}

}  // namespace faultline::ingest
