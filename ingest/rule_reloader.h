// Watches rule files and publishes a new RuleSet when one changed.
//
// A broken rule never takes a working one away: RuleSet::Reload keeps the last
// good version of each. Thread-safe.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "base/mutex.h"
#include "ingest/rules.h"

namespace faultline::ingest {

class RuleReloader {
 public:
  struct Options {
    std::vector<std::string> paths;  // files or folders, as for RuleSet::Load
    std::chrono::milliseconds interval{1'000};
  };
  // Called with the new set and what was refused, on the watching thread or in
  // Reload(); never twice at once. Must not call back into the reloader.
  using Publish = std::function<void(std::shared_ptr<const RuleSet>, const std::vector<RuleError>&)>;

  // `current` is the set loaded from `options.paths` at start; it is not
  // published again while the files stay as they are.
  RuleReloader(Options options, std::shared_ptr<const RuleSet> current, Publish publish);
  ~RuleReloader();  // as Stop()
  RuleReloader(const RuleReloader&) = delete;
  RuleReloader& operator=(const RuleReloader&) = delete;

  // Starts to look every `interval`.
  void Start();
  // Returns when no callback runs any more. Idempotent.
  void Stop();
  // Reads the files now, changed or not, and publishes; for SIGHUP.
  // Errors: NotFound, Unavailable as RuleSet::Load; the set stays as it was.
  absl::Status Reload() ABSL_LOCKS_EXCLUDED(mu_);

 private:
  void Watch(const std::stop_token& stop);
  void ReloadIfChanged() ABSL_LOCKS_EXCLUDED(mu_);
  absl::Status ReloadLocked() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);

  const Options options_;
  const Publish publish_;
  Mutex mu_;
  std::shared_ptr<const RuleSet> current_ ABSL_GUARDED_BY(mu_);
  uint64_t seen_ ABSL_GUARDED_BY(mu_);  // RuleFilesState of what current_ was made from
  Mutex wait_mu_;
  CondVar wait_;
  std::jthread thread_;  // last: it uses the others
};

// A hash over the names and contents of the rule files of `paths`; missing
// ones count as empty. Contents rather than times: an editor may keep a time,
// and two writes may fall into one tick of the clock.
uint64_t RuleFilesState(const std::vector<std::string>& paths);

}  // namespace faultline::ingest
