// faultlined, the server: one process, in one of three roles.
#include <grpcpp/channel.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/allocator.h"
#include "base/build_version.h"
#include "base/log.h"
#include "base/status_macros.h"
#include "base/text.h"
#include "base/timestamp.h"
#include "deploy/event_explainer.h"
#include "deploy/server/config.h"
#include "deploy/server/detection_loop.h"
#include "deploy/server/health.h"
#include "deploy/server/http_server.h"
#include "deploy/server/ingestion.h"
#include "deploy/server/open_store.h"
#include "deploy/server/otlp_intake.h"
#include "deploy/server/process_signals.h"
#include "deploy/server/store_follower.h"
#include "deploy/server/telemetry.h"
#include "deploy/server/timed_query_service.h"
#include "fmt/format.h"
#include "query/failure_query_service.h"
#include "query/server.h"

namespace faultline::deploy {
namespace {

constexpr std::chrono::seconds kQueryGrace{3};
constexpr std::chrono::minutes kDetectionInterval{1};
// A stop that takes longer is ended by SIGALRM: what is not stored yet is read
// again at the next start.
constexpr unsigned kStopSeconds = 10;

void LogConfig(const Config& config) {
  LogInfo("starting", {{"version", Version()}, {"commit", BuildCommit()}, {"build", BuildDetails()}});
  for (const auto& [key, value] : ShowConfig(config)) LogInfo("configuration", {{"key", key}, {"value", value}});
}

query::RuntimeStatus MakeRuntimeStatus(const Config& config, int64_t start_time_us, const Ingestion* ingestion) {
  query::RuntimeStatus status;
  status.role = config.role;
  status.start_time_us = start_time_us;
  if (ingestion == nullptr) return status;
  const IngestFigures figures = ingestion->Figures();
  status.rules = static_cast<int>(figures.rules);
  status.rule_errors = ingestion->RuleErrors();
  status.lag = figures.lag;
  status.stages = {
      {"read", "take records from the source and check their place", figures.reading_us},
      {"understand", "decode, redact, match rules, mask, add to the open segment", figures.understanding_us},
      {"seal", "encode full segments, write and sync them", figures.sealing_us}};
  status.memory = {{"fetched ahead", figures.fetched.bytes, figures.fetched.limit_bytes, "nothing more is fetched"},
                   {"unsealed segments", figures.unsealed.bytes, figures.unsealed.limit_bytes, "reading waits"}};
  return status;
}

HttpOptions HttpOptionsOf(const Config& config) {
  HttpOptions options;
  options.listen = config.http.listen;
  options.queries = config.http_queries();
  options.allowed_origins = config.http.allowed_origins;
  options.max_calls = config.query.max_concurrent_queries;
  return options;
}

// Explains events by the rules in force: those of ingestion, else those of the configuration, when asked.
query::ServiceOptions ServiceOptionsOf(const Config& config, const Ingestion* ingestion) {
  query::ServiceOptions options = config.query;
  RulesInForce rules = LoadedWhenAsked(config.rules.paths);
  if (ingestion != nullptr) rules = [ingestion] { return ingestion->Rules(); };
  options.explainer = MakeEventExplainer(std::move(rules));
  return options;
}

// Null but for the role that only queries.
std::unique_ptr<StoreFollower> FollowerOf(const Config& config, store::Store& store, Health& health) {
  if (config.role != "query") return nullptr;
  return std::make_unique<StoreFollower>(store, std::chrono::milliseconds(config.catch_up_interval_ms), health);
}

std::unique_ptr<DetectionLoop> StartDetection(query::Server& server, Telemetry& telemetry) {
  return std::make_unique<DetectionLoop>(server.InProcessChannel(), kDetectionInterval,
                                         [&telemetry](const OpenFindings& open) { telemetry.SetOpenFindings(open); });
}

// Waits until it is time to go, reloading rules on the way.
absl::Status WaitForTheEnd(Ingestion* ingestion, const absl::Status& ended) {
  while (true) {
    switch (WaitForProcessSignal()) {
      case ProcessSignal::kReload:
        if (ingestion != nullptr) ingestion->ReloadRules();
        break;
      case ProcessSignal::kEnded:
        return ended;
      case ProcessSignal::kStop:
        LogInfo("stopping");
        return absl::OkStatus();
    }
  }
}

absl::Status Run(const Config& config) {
  const int64_t start_time_us = NowMicros();
  LogConfig(config);
  Health health;
  health.Expect("store", "not open yet");
  if (config.ingests()) health.Expect("ingestion", "not started yet");
  Telemetry telemetry;
  ASSIGN_OR_RETURN(const std::unique_ptr<HttpServer> http,
                   HttpServer::Start(HttpOptionsOf(config), health, [&telemetry] { return telemetry.Text(); }));
  LogInfo("http started", {{"port", http->port()}});

  ASSIGN_OR_RETURN(const OpenedStore store, OpenedStore::Open(config));
  ASSIGN_OR_RETURN(const std::optional<Pseudonyms> pseudonyms, LoadKey(config));
  health.SetReady("store");

  absl::Status ended;  // why ingestion ended by itself; written before RaiseEnded
  std::unique_ptr<Ingestion> ingestion;
  if (config.ingests()) {
    const auto on_end = [&](const absl::Status& status) {
      ended = status;
      status.ok() ? LogInfo("all input read") : LogError("ingestion ended", {{"reason", status}});
      if (!status.ok() || !config.queries()) RaiseEnded();
    };
    ASSIGN_OR_RETURN(ingestion, Ingestion::Start(config, *store, *pseudonyms, health, on_end));
  }
  std::unique_ptr<StoreFollower> follower = FollowerOf(config, *store, health);

  const query::ServiceOptions options = ServiceOptionsOf(config, ingestion.get());
  const auto service = query::MakeFailureQueryService(options, *store, pseudonyms ? &*pseudonyms : nullptr, [&] {
    return MakeRuntimeStatus(config, start_time_us, ingestion.get());
  });
  TimedQueryService timed(*service, [&telemetry](std::string_view method, grpc::StatusCode code, double seconds) {
    telemetry.ObserveQuery(method, code, seconds);
  });
  std::unique_ptr<query::Server> server;
  std::unique_ptr<DetectionLoop> detection;
  if (config.queries()) {
    ASSIGN_OR_RETURN(server, query::Server::Start(config.grpc, timed));
    http->Attach(server->InProcessChannel());
    detection = StartDetection(*server, telemetry);
    LogInfo("queries answered", {{"port", server->port()}});
  }
  ASSIGN_OR_RETURN(const std::unique_ptr<OtlpIntake> otlp, OtlpIntake::Start(config));
  if (otlp != nullptr) telemetry.AttachOtlp(otlp->counters());
  std::function<IngestFigures()> figures;
  if (ingestion != nullptr) figures = [&ingestion] { return ingestion->Figures(); };
  telemetry.Attach(*store, std::move(figures));

  const absl::Status status = WaitForTheEnd(ingestion.get(), ended);
  alarm(kStopSeconds);
  health.SetNotReady("process", "stopping");
  telemetry.Detach();
  http->Detach();
  detection.reset();
  if (otlp != nullptr) otlp->Stop(kQueryGrace);
  if (server != nullptr) server->Shutdown(kQueryGrace);
  const absl::Status stopped = ingestion == nullptr ? absl::OkStatus() : ingestion->Stop();
  follower.reset();
  const absl::Status closed = store->Close();
  LogInfo("stopped");
  return !status.ok() ? status : !stopped.ok() ? stopped : closed;
}

absl::StatusOr<Config> ReadConfig(ConfigSources sources, const std::string& role, const std::vector<std::string>& set) {
  for (const std::string& pair : set) {
    const size_t equals = pair.find('=');
    if (equals == std::string::npos) return absl::InvalidArgumentError("--set " + pair + ": write --set KEY=VALUE");
    sources.flags.emplace_back(pair.substr(0, equals), pair.substr(equals + 1));
  }
  if (!role.empty()) sources.flags.emplace_back("role", role);
  sources.environment = [](const char* name) { return std::getenv(name); };
  return LoadConfig(sources);
}

int Main(int argc, char** argv) {
  BlockProcessSignals();
  CLI::App app("Ingests error logs and answers which failures go together.", "faultlined");
  ConfigSources sources;
  std::string role;
  std::vector<std::string> set;
  bool check = false;
  app.set_version_flag("--version", fmt::format("faultlined {} {} ({})", Version(), BuildCommit(), BuildDetails()));
  app.add_option("--config", sources.file, "Configuration; deploy/faultline.yaml documents every key")
      ->type_name("FILE");
  app.add_option("--role", role, "all, ingest or query")->type_name("ROLE");
  app.add_option("--set", set, "One key of the configuration; may be repeated")
      ->type_name("KEY=VALUE")
      ->expected(1)
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  app.add_flag("--check", check, "Check the configuration and exit");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  const absl::StatusOr<Config> config = ReadConfig(sources, role, set);
  if (!config.ok()) {
    fmt::print(stderr, "faultlined: {}\n", TerminalLine(std::string(config.status().message())));
    return 2;
  }
  SetLogLevel(config->log_level);
  if (check) return 0;
  const absl::Status status = Run(*config);
  if (status.ok() || status.code() == absl::StatusCode::kCancelled) return 0;
  LogError("failed", {{"reason", status}});
  return 1;
}

}  // namespace
}  // namespace faultline::deploy

int main(int argc, char** argv) {
  faultline::KeepFreedMemory();
  return faultline::deploy::Main(argc, argv);
}
