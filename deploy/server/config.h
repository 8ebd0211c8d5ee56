// Everything faultlined can be told, read and checked once at start.
//
// A flag beats an environment variable, which beats the file, which beats the
// default. Every key with its meaning, unit and range is in
// deploy/faultline.yaml; the key a.b of that file is the variable
// FAULTLINE_A_B and the flag --set a.b=VALUE.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "deploy/rule_budget.h"
#include "ingest/pipeline_options.h"
#include "query/failure_query_service.h"
#include "query/server.h"
#include "store/store.h"
#include "store/writer.h"

namespace faultline::deploy {

struct KafkaConfig {
  std::vector<std::string> brokers;  // empty: no Kafka
  std::vector<std::string> topics;   // names, or patterns that start with ^
  std::string group = "faultline";
  std::string instance_id;                        // static membership; empty for none
  std::string start = "earliest";                 // "earliest", "latest": where a new partition starts
  std::string on_mismatch = "stop";               // "stop", "restart": see ingest/kafka_options.h
  std::map<std::string, std::string> properties;  // librdkafka's own: TLS, SASL
};

struct FilesConfig {
  std::vector<std::string> paths;  // empty: no files
  bool follow = true;
};

struct RulesConfig {
  std::vector<std::string> paths;
  int64_t watch_interval_ms = 2'000;      // how often changed files are looked for; 0: on SIGHUP alone
  int64_t max_set_ns = kDefaultMaxSetNs;  // deploy/rule_budget.h; 0: no limit
};

// OTLP/gRPC in (deploy/server/otlp_front.h). Off without an address.
struct OtlpConfig {
  std::string listen;  // host:port; empty: off
  std::string topic;   // where to; one that this or another worker reads
  query::TlsOptions tls;
  int64_t max_request_bytes = 4 << 20;
  int64_t max_record_bytes = 900 << 10;    // of the Kafka records that are made
  int64_t max_in_flight_bytes = 64 << 20;  // to the brokers; more is put off
  int64_t ack_timeout_ms = 10'000;
};

struct HttpConfig {
  std::string listen = "127.0.0.1:7412";
  std::string queries = "auto";              // "auto", "on", "off"; see Config::http_queries
  std::vector<std::string> allowed_origins;  // see HttpOptions
};

struct Config {
  std::string role = "all";  // "all", "ingest", "query"
  store::StoreOptions store;
  store::WriterOptions writer;
  ingest::PipelineOptions pipeline;
  KafkaConfig kafka;
  FilesConfig files;
  RulesConfig rules;
  std::string key_file;  // of the user and device hashes; empty: store.path + ".key"
  query::ServiceOptions query;
  int64_t catch_up_interval_ms = 250;  // role query: how often what is new is taken over
  query::ServerOptions grpc;
  OtlpConfig otlp;
  HttpConfig http;
  std::string log_level = "info";

  Config() {
    store.path = "/var/lib/faultline/store";
    grpc.address = "127.0.0.1:7411";
  }
  bool ingests() const { return role != "query" && (!kafka.brokers.empty() || !files.paths.empty()); }
  bool queries() const { return role != "ingest"; }
  // Whether whoever reaches the HTTP port may ask. "auto" lets nobody in from elsewhere: the port must be on a
  // loopback address, and the gRPC port must not want certificates, which HTTP would go round.
  bool http_queries() const;
};

struct ConfigSources {
  std::string file;                                        // empty: none
  std::function<const char*(const char*)> environment;     // std::getenv; null: none
  std::vector<std::pair<std::string, std::string>> flags;  // key and value
};

// Errors: NotFound for the file; InvalidArgument "FILE:LINE: KEY: what is
// wrong and what may be written" for a key that is not known (with the nearest
// that is) or given twice, a malformed value, a value out of range, and for
// settings that contradict each other.
absl::StatusOr<Config> LoadConfig(const ConfigSources& sources);

// Every key with its value, in the order of the file, secrets masked: each
// property whose name has password, secret, key or token in it but is no file.
std::vector<std::pair<std::string, std::string>> ShowConfig(const Config& config);

// "store.path" -> "FAULTLINE_STORE_PATH".
std::string EnvironmentName(const std::string& key);

}  // namespace faultline::deploy
