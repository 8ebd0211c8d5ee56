// The ingesting half of the server: source -> pipeline -> store, on a thread
// of its own, with rules that may change on the way.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/statusor.h"
#include "base/mutex.h"
#include "base/pseudonym.h"
#include "deploy/server/config.h"
#include "deploy/server/health.h"
#include "deploy/server/telemetry.h"
#include "ingest/pipeline.h"
#include "ingest/rule_reloader.h"
#include "store/writer.h"

namespace faultline::deploy {

class Ingestion {
 public:
  // Loads the rules, opens the source and starts. All references must outlive
  // it. `on_end` is called once, on the ingesting thread, when it ends by
  // itself: with an error, or OK where the input ended.
  static absl::StatusOr<std::unique_ptr<Ingestion>> Start(const Config& config, store::Store& store,
                                                          const Pseudonyms& pseudonyms, Health& health,
                                                          std::function<void(const absl::Status&)> on_end);
  ~Ingestion();  // as Stop()
  Ingestion(const Ingestion&) = delete;
  Ingestion& operator=(const Ingestion&) = delete;

  // Reads the rule files again; what is refused is logged and left as it was.
  void ReloadRules();
  // Stops reading, stores and commits what was read. Idempotent.
  absl::Status Stop();

  IngestFigures Figures() const;
  std::vector<std::string> RuleErrors() const ABSL_LOCKS_EXCLUDED(mu_);
  // The rules in force; never null.
  std::shared_ptr<const ingest::RuleSet> Rules() const ABSL_LOCKS_EXCLUDED(mu_);

 private:
  Ingestion() = default;

  absl::Status LoadRules(const Config& config);
  void PublishRules(std::shared_ptr<const ingest::RuleSet> rules, const std::vector<ingest::RuleError>& errors)
      ABSL_LOCKS_EXCLUDED(mu_);
  void Run(Health& health, const std::function<void(const absl::Status&)>& on_end);
  // On the pipeline's thread, which owns the source.
  void ReadLag() ABSL_LOCKS_EXCLUDED(mu_);

  std::unique_ptr<ingest::RecordSource> source_;
  std::unique_ptr<store::Writer> writer_;
  std::shared_ptr<const ingest::RuleSet> first_rules_;
  std::unique_ptr<ingest::Pipeline> pipeline_;
  std::unique_ptr<ingest::RuleReloader> reloader_;
  std::jthread thread_;
  int64_t last_lag_us_ = 0;  // of the pipeline's thread
  std::atomic<bool> stopping_{false};

  mutable Mutex mu_;
  std::shared_ptr<const ingest::RuleSet> rules_ ABSL_GUARDED_BY(mu_);
  std::vector<std::string> rule_errors_ ABSL_GUARDED_BY(mu_);
  std::map<std::string, int64_t> lag_ ABSL_GUARDED_BY(mu_);
  absl::Status ended_ ABSL_GUARDED_BY(mu_);
};

}  // namespace faultline::deploy
