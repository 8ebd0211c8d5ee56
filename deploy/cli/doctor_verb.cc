#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_split.h"
#include "base/status_macros.h"
#include "deploy/cli/diagnosis.h"
#include "deploy/cli/profile.h"
#include "deploy/cli/properties.h"
#include "deploy/cli/read_verb.h"
#include "deploy/cli/table.h"
#include "deploy/cli/verbs.h"
#include "fmt/format.h"

namespace faultline::deploy {
namespace {

struct DoctorOptions : ReadOptions {
  std::string config;
  std::string brokers;
  std::vector<std::string> topics;
  std::vector<std::string> properties;
};

// What there is to look at.
struct Patient {
  TargetOptions target;
  std::string store, key_file;
  KafkaConfig kafka;
  RulesConfig rules;
  query::TlsOptions tls_files;
  std::string listen;  // where the configuration's server would be; empty where not known
};

// Fills in what the configuration of faultlined says where flags do not.
absl::Status ReadConfiguration(const DoctorOptions& options, Patient& patient, Findings& findings) {
  ConfigSources sources;
  sources.file = options.config;
  sources.environment = [](const char* name) { return std::getenv(name); };
  const absl::StatusOr<Config> config = LoadConfig(sources);
  if (!config.ok()) {
    findings.Fail("configuration", std::string(config.status().message()), "faultlined does not start with it");
    return absl::OkStatus();
  }
  findings.Ok("configuration", options.config + " is well-formed");
  if (patient.store.empty()) patient.store = config->store.path;
  if (patient.key_file.empty()) patient.key_file = config->key_file;
  if (patient.kafka.brokers.empty()) patient.kafka = config->kafka;
  if (patient.rules.paths.empty()) patient.rules = config->rules;
  patient.tls_files = config->grpc.tls;
  // With TLS of its own the server must be named by a host that its certificate is for.
  if (config->queries() && config->grpc.tls.certificate_file.empty()) patient.listen = config->grpc.address;
  return absl::OkStatus();
}

absl::StatusOr<Patient> FindPatient(const DoctorOptions& options, Findings& findings) {
  Patient patient;
  patient.target = options.target;
  patient.store = options.target.store;
  patient.key_file = options.target.key_file;
  patient.kafka.brokers = absl::StrSplit(options.brokers, ',', absl::SkipEmpty());
  patient.kafka.topics = options.topics;
  ASSIGN_OR_RETURN(patient.kafka.properties, ParseProperties(options.properties));
  patient.rules.paths = options.target.rules;
  if (!options.config.empty()) RETURN_IF_ERROR(ReadConfiguration(options, patient, findings));
  const char* server = std::getenv("FAULTLINE_SERVER");
  const char* store = std::getenv("FAULTLINE_STORE");
  const bool given = !patient.target.server.empty() || !patient.store.empty() || !options.config.empty();
  if (!given && server != nullptr) patient.target.server = server;
  if (!given && server == nullptr && store != nullptr) patient.store = store;
  if (patient.rules.paths.empty()) patient.rules.paths = RulesOrDefault({});
  if (patient.target.server.empty() && patient.store.empty() && patient.kafka.brokers.empty() &&
      options.config.empty()) {
    return absl::InvalidArgumentError(
        "what to look at? pass --config /etc/faultline/faultline.yaml, --server HOST:PORT, --store DIR or --brokers "
        "HOST:PORT");
  }
  return patient;
}

void Examine(const Patient& patient, Findings& findings) {
  if (!patient.kafka.brokers.empty()) DiagnoseKafka(patient.kafka, findings);
  DiagnoseRules(patient.rules.paths, patient.rules.max_set_ns, findings);
  if (!patient.store.empty()) DiagnoseStore(patient.store, patient.key_file, findings);
  DiagnoseTlsFiles(patient.tls_files, findings);
  TargetOptions server = patient.target;
  if (server.server.empty()) server.server = patient.listen;
  if (server.server.empty()) return;
  server.store.clear();
  if (server.tls.wanted()) DiagnoseTls(server.server, server.tls, findings);
  DiagnoseServer(server, findings);
}

std::string ChecksTable(const Terminal& terminal, const faultline::v1::Diagnosis& diagnosis) {
  Table table({{"state", Column::kText}, {"check", Column::kText}, {"found", Column::kFlexible}});
  for (const faultline::v1::Check& check : diagnosis.checks()) {
    const Style style = check.state() == "fail" ? Style::kError : Style::kPlain;
    table.AddRow({check.state(), check.name(), check.finding()}, style);
    if (!check.advice().empty()) table.AddRow({"", "", "-> " + check.advice()}, Style::kDim);
  }
  Terminal wide = terminal;
  wide.width = 0;  // advice that is cut is none
  return table.Render(wide);
}

absl::StatusOr<ExitCode> RunDoctor(const DoctorOptions& given) {
  DoctorOptions options = given;
  RETURN_IF_ERROR(ApplyProfile(options.profile, options));
  ASSIGN_OR_RETURN(const Output output, Output::Open(options.output));
  Findings findings;
  ASSIGN_OR_RETURN(const Patient patient, FindPatient(options, findings));
  Examine(patient, findings);
  const faultline::v1::Diagnosis& diagnosis = findings.diagnosis();
  if (output.format() == OutputFormat::kJson) {
    output.Json(diagnosis);
  } else if (output.format() == OutputFormat::kNdjson) {
    for (const faultline::v1::Check& check : diagnosis.checks()) output.NdjsonRow(check);
  } else {
    output.Text(ChecksTable(output.terminal(), diagnosis));
  }
  if (findings.Has("fail")) return kUsageOrError;
  return findings.Has("warn") ? kPartial : kFound;
}

}  // namespace

void AddDoctorVerb(const Verb& program, Action& action) {
  auto options = std::make_shared<DoctorOptions>();
  const Verb verb =
      program.Sub("doctor", "Look at brokers, topics, rules, store, disk, clocks and certificates, and say what to do");
  verb.Flag("--config", options->config, "FILE", "The configuration of faultlined: everything that it names");
  verb.Flag("--brokers", options->brokers, "LIST", "Kafka's brokers, HOST:PORT,...");
  verb.RepeatedFlag("--topic", options->topics, "NAME", "A topic that must be there, or a pattern that starts with ^");
  verb.RepeatedFlag("--property", options->properties, "NAME=VALUE", "A setting of librdkafka");
  AddTargetFlags(verb, *options);
  verb.Does(action, [options] { return RunDoctor(*options); });
}

}  // namespace faultline::deploy
