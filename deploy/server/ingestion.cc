#include "deploy/server/ingestion.h"

#include <utility>

#include "base/log.h"
#include "base/status_macros.h"
#include "base/timestamp.h"
#include "deploy/rule_budget.h"
#include "deploy/rule_error_text.h"
#include "deploy/server/source_factory.h"
#include "ingest/rule_cost.h"

namespace faultline::deploy {
namespace {

constexpr int64_t kLagIntervalUs = 1'000'000;
constexpr char kPart[] = "ingestion";

bool IsWithinBudget(const ingest::RuleSet& rules, int64_t budget) {
  const absl::Status status = CheckRuleBudget(ingest::MeasureSetNs(rules), budget);
  if (!status.ok()) LogError("rules refused", {{"reason", std::string(status.message())}});
  return status.ok();
}

}  // namespace

absl::StatusOr<std::unique_ptr<Ingestion>> Ingestion::Start(const Config& config, store::Store& store,
                                                            const Pseudonyms& pseudonyms, Health& health,
                                                            std::function<void(const absl::Status&)> on_end) {
  std::unique_ptr<Ingestion> ingestion(new Ingestion);
  ASSIGN_OR_RETURN(ingestion->source_, MakeSource(config));
  ASSIGN_OR_RETURN(ingestion->writer_, store::Writer::Start(config.writer, store));
  RETURN_IF_ERROR(ingestion->LoadRules(config));
  ingestion->pipeline_ = std::make_unique<ingest::Pipeline>(config.pipeline, *ingestion->source_, *ingestion->writer_,
                                                            pseudonyms, ingestion->first_rules_);
  ingestion->pipeline_->OnBatch([self = ingestion.get()](const ingest::PipelineCounters&) { self->ReadLag(); });
  if (!config.rules.paths.empty()) {
    ingestion->reloader_ = std::make_unique<ingest::RuleReloader>(
        ingest::RuleReloader::Options{config.rules.paths, std::chrono::milliseconds(config.rules.watch_interval_ms)},
        ingestion->first_rules_,
        [self = ingestion.get(), budget = config.rules.max_set_ns](std::shared_ptr<const ingest::RuleSet> rules,
                                                                   const std::vector<ingest::RuleError>& errors) {
          if (!IsWithinBudget(*rules, budget)) return;  // the rules before stay in force
          self->PublishRules(rules, errors);
          self->pipeline_->ReplaceRules(std::move(rules));
        });
    if (config.rules.watch_interval_ms > 0) ingestion->reloader_->Start();
  }
  health.SetReady(kPart);
  ingestion->thread_ =
      std::jthread([self = ingestion.get(), &health, on_end = std::move(on_end)] { self->Run(health, on_end); });
  return ingestion;
}

Ingestion::~Ingestion() { (void)Stop(); }

absl::Status Ingestion::LoadRules(const Config& config) {
  std::vector<ingest::RuleError> errors;
  ASSIGN_OR_RETURN(first_rules_, ingest::RuleSet::Load(config.rules.paths, errors));
  RETURN_IF_ERROR(CheckRuleBudget(ingest::MeasureSetNs(*first_rules_), config.rules.max_set_ns));
  PublishRules(first_rules_, errors);
  return absl::OkStatus();
}

void Ingestion::PublishRules(std::shared_ptr<const ingest::RuleSet> rules,
                             const std::vector<ingest::RuleError>& errors) {
  std::vector<std::string> texts;
  for (const ingest::RuleError& error : errors) {
    texts.push_back(DescribeRuleError(error));
    LogError("rule refused", {{"reason", texts.back()}});
  }
  LogInfo("rules in force", {{"rules", rules->size()}, {"tests", rules->test_count()}, {"refused", errors.size()}});
  MutexLock lock(mu_);
  rules_ = std::move(rules);
  rule_errors_ = std::move(texts);
}

void Ingestion::Run(Health& health, const std::function<void(const absl::Status&)>& on_end) {
  LogInfo("ingestion started");
  const absl::Status status = pipeline_->Run();
  {
    MutexLock lock(mu_);
    ended_ = status;
  }
  if (stopping_) return;
  if (!status.ok()) health.SetNotReady(kPart, "ended with an error");
  on_end(status);
}

void Ingestion::ReadLag() {
  const int64_t now_us = NowMicros();
  if (now_us - last_lag_us_ < kLagIntervalUs) return;
  last_lag_us_ = now_us;
  const std::vector<std::pair<std::string, int64_t>> lag = source_->Lag();
  MutexLock lock(mu_);
  lag_ = {lag.begin(), lag.end()};
}

void Ingestion::ReloadRules() {
  if (reloader_ == nullptr) return;
  const absl::Status status = reloader_->Reload();
  if (!status.ok()) LogError("rules not read again", {{"reason", status}});
}

absl::Status Ingestion::Stop() {
  stopping_ = true;
  if (reloader_ != nullptr) reloader_->Stop();
  if (pipeline_ != nullptr) pipeline_->RequestStop();
  if (thread_.joinable()) thread_.join();
  absl::Status ended;
  {
    MutexLock lock(mu_);
    ended = ended_;
  }
  const absl::Status closed = writer_ == nullptr ? absl::OkStatus() : writer_->Close();
  return ended.ok() ? closed : ended;
}

IngestFigures Ingestion::Figures() const {
  IngestFigures figures;
  const ingest::PipelineCounters& counters = pipeline_->counters();
  figures.last_event_time_us = counters.last_event_time_us.load();
  figures.dead_letters = counters.dead_letter_reasons.Read();
  figures.reading_us = counters.reading_us.load();
  figures.understanding_us = counters.understanding_us.load();
  figures.sealing_us = writer_->SealingMicros();
  figures.unsealed = writer_->MeasureMemory();
  figures.fetched = source_->MeasureQueue();
  MutexLock lock(mu_);
  figures.lag = lag_;
  figures.rules = static_cast<int64_t>(rules_->size());
  figures.rules_refused = static_cast<int64_t>(rule_errors_.size());
  return figures;
}

std::shared_ptr<const ingest::RuleSet> Ingestion::Rules() const {
  MutexLock lock(mu_);
  return rules_;
}

std::vector<std::string> Ingestion::RuleErrors() const {
  MutexLock lock(mu_);
  return rule_errors_;
}

}  // namespace faultline::deploy
