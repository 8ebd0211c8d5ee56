#include "deploy/server/config_fields.h"

#include <array>
#include <limits>
#include <string_view>
#include <utility>

#include "base/status_macros.h"
#include "deploy/server/config_topics.h"
#include "deploy/server/config_value.h"
#include "store/segment.h"

namespace faultline::deploy {
namespace {

constexpr int64_t kMillisecond = 1'000;
constexpr int64_t kSecond = 1'000 * kMillisecond;
constexpr int64_t kHour = 3'600 * kSecond;
constexpr int64_t kDay = 24 * kHour;
constexpr int64_t kKiB = int64_t{1} << 10;
constexpr int64_t kMiB = int64_t{1} << 20;
constexpr int64_t kGiB = int64_t{1} << 30;
constexpr int64_t kTiB = int64_t{1} << 40;

// A field that `read` fills and `show` shows.
template <typename T, typename Read, typename Show>
ConfigField Field(std::string key, T& place, Read read, Show show) {
  return {std::move(key),
          [&place, read](const YAML::Node& node) -> absl::Status {
            ASSIGN_OR_RETURN(auto value, read(node));
            place = static_cast<T>(std::move(value));
            return absl::OkStatus();
          },
          [&place, show]() -> std::string { return show(place); }};
}

std::string Same(const std::string& text) { return text; }

ConfigField Text(std::string key, std::string& place) { return Field(std::move(key), place, ReadText, Same); }

ConfigField Bool(std::string key, bool& place) {
  return Field(std::move(key), place, ReadBool, [](bool value) { return std::string(value ? "true" : "false"); });
}

ConfigField List(std::string key, std::vector<std::string>& place) {
  return Field(std::move(key), place, ReadList, ShowList);
}

template <size_t kChoices>
ConfigField Choice(std::string key, std::string& place, std::array<std::string_view, kChoices> choices) {
  return Field(
      std::move(key), place, [choices](const YAML::Node& node) { return ReadChoice(node, choices); }, Same);
}

template <typename Integer>
ConfigField Count(std::string key, Integer& place, IntegerRange range) {
  return Field(
      std::move(key), place, [range](const YAML::Node& node) { return ReadInteger(node, range); },
      [](Integer value) { return std::to_string(value); });
}

template <typename Integer>
ConfigField Size(std::string key, Integer& place, IntegerRange range) {
  return Field(
      std::move(key), place, [range](const YAML::Node& node) { return ReadSize(node, range); },
      [](Integer value) { return ShowSize(static_cast<int64_t>(value)); });
}

// `unit` is what `place` counts, in microseconds; `range` is in microseconds.
template <typename Integer>
ConfigField Duration(std::string key, Integer& place, int64_t unit, IntegerRange range) {
  const auto read = [unit, range](const YAML::Node& node) -> absl::StatusOr<int64_t> {
    ASSIGN_OR_RETURN(const int64_t micros, ReadDuration(node, range));
    if (micros % unit != 0) return absl::InvalidArgumentError("write a multiple of " + ShowDuration(unit));
    return micros / unit;
  };
  return Field(std::move(key), place, read,
               [unit](Integer value) { return ShowDuration(static_cast<int64_t>(value) * unit); });
}

bool IsSecret(std::string_view name) {
  if (name.ends_with("location") || name.ends_with("file")) return false;
  for (const std::string_view word : {"password", "secret", "key", "token", "jaas", "oauthbearer.config"}) {
    if (name.find(word) != std::string_view::npos) return true;
  }
  return false;
}

ConfigField Properties(std::string key, std::map<std::string, std::string>& place) {
  return Field(std::move(key), place, ReadMap, [](const std::map<std::string, std::string>& properties) {
    std::string text;
    for (const auto& [name, value] : properties) {
      text += (text.empty() ? "" : ", ") + name + ": " + (IsSecret(name) ? "***" : value);
    }
    return "{" + text + "}";
  });
}

void AddStoreFields(Config& config, std::vector<ConfigField>& fields) {
  store::StoreOptions& store = config.store;
  store::WriterOptions& writer = config.writer;
  fields.push_back(Text("store.path", store.path));
  fields.push_back(Text("store.key_file", config.key_file));
  fields.push_back(Size("store.block_cache", store.block_cache_bytes, {kMiB, kTiB}));
  fields.push_back(Size("store.max_disk", store.max_disk_bytes, {0, 1024 * kTiB}));
  fields.push_back(Duration("store.retention", store.retention_hours, kHour, {0, 3650 * kDay}));
  fields.push_back(Duration("store.bucket", store.bucket_hours, kHour, {kHour, kDay}));
  fields.push_back(Size("store.filter_memory", store.filter_bytes, {kMiB, kTiB}));
  fields.push_back(Count("store.max_signatures", writer.max_signatures, {1, 100'000'000}));
  fields.push_back(Count("store.max_values", writer.max_values, {1, 10'000'000}));
  fields.push_back(Count("store.merge_fan_in", store.merge_fan_in, {2, 256}));
  fields.push_back(Count("store.segment_events", writer.max_segment_events, {1, store::kMaxSegmentEvents}));
  fields.push_back(Size("store.segment_bytes", writer.max_segment_bytes, {64 * kKiB, kGiB}));
  fields.push_back(
      Duration("store.seal_interval", writer.seal_interval_ms, kMillisecond, {10 * kMillisecond, 60 * kSecond}));
  fields.push_back(
      Duration("store.sync_interval", writer.sync_interval_ms, kMillisecond, {10 * kMillisecond, 60 * kSecond}));
}

void AddSourceFields(Config& config, std::vector<ConfigField>& fields) {
  fields.push_back(List("kafka.brokers", config.kafka.brokers));
  fields.push_back(List("kafka.topics", config.kafka.topics));
  fields.push_back(Text("kafka.group", config.kafka.group));
  fields.push_back(Text("kafka.instance_id", config.kafka.instance_id));
  fields.push_back(Choice("kafka.start", config.kafka.start, std::array<std::string_view, 2>{"earliest", "latest"}));
  fields.push_back(
      Choice("kafka.on_mismatch", config.kafka.on_mismatch, std::array<std::string_view, 2>{"stop", "restart"}));
  fields.push_back(Properties("kafka.properties", config.kafka.properties));
  fields.push_back(List("files.paths", config.files.paths));
  fields.push_back(Bool("files.follow", config.files.follow));
}

void AddIngestFields(Config& config, std::vector<ConfigField>& fields) {
  ingest::DecoderOptions& decoder = config.pipeline.decoder;
  ingest::EventParserOptions& parser = config.pipeline.parser;
  fields.push_back(Field("ingest.topics", config.pipeline.topics, ReadTopics, ShowTopics));
  fields.push_back(Size("ingest.max_record", config.pipeline.max_record_bytes, {kKiB, 64 * kMiB}));
  fields.push_back(Size("ingest.max_document", decoder.max_document_bytes, {kKiB, 64 * kMiB}));
  fields.push_back(Size("ingest.max_inflated", decoder.max_inflated_bytes, {kKiB, kGiB}));
  fields.push_back(Count("ingest.max_depth", decoder.max_depth, {1, 256}));
  fields.push_back(
      Count("ingest.max_records_per_message", decoder.max_records_per_message, {1, store::kMaxSegmentEvents}));
  fields.push_back(Bool("ingest.all_spans", decoder.all_spans));
  fields.push_back(Size("ingest.max_message", parser.max_message_bytes, {64, kMiB}));
  fields.push_back(Size("ingest.max_stacktrace", parser.max_stacktrace_bytes, {64, kMiB}));
  fields.push_back(Size("ingest.max_attribute", parser.max_attribute_bytes, {16, kMiB}));
  fields.push_back(Count("ingest.max_attributes", parser.max_attributes, {0, 1024}));
  fields.push_back(Size("ingest.max_dimension", parser.max_dimension_bytes, {16, 64 * kKiB}));
  fields.push_back(Duration("ingest.max_age", parser.max_age_us, 1, {kHour, 3650 * kDay}));
  fields.push_back(Duration("ingest.max_ahead", parser.max_ahead_us, 1, {0, kDay}));
  fields.push_back(List("rules.paths", config.rules.paths));
  fields.push_back(Duration("rules.watch_interval", config.rules.watch_interval_ms, kMillisecond, {0, kHour}));
  fields.push_back(Count("rules.max_set_ns", config.rules.max_set_ns, {0, 1'000'000}));
}

void AddQueryFields(Config& config, std::vector<ConfigField>& fields) {
  query::ServiceOptions& query = config.query;
  query::CorrelatorOptions& correlator = query.correlator;
  query::ServerOptions& grpc = config.grpc;
  fields.push_back(Text("query.listen", grpc.address));
  fields.push_back(Text("query.tls_certificate_file", grpc.tls.certificate_file));
  fields.push_back(Text("query.tls_key_file", grpc.tls.key_file));
  fields.push_back(Text("query.tls_client_authority_file", grpc.tls.client_authority_file));
  fields.push_back(Count("query.max_threads", grpc.max_threads, {4, 4096}));
  fields.push_back(Count("query.max_streams_per_connection", grpc.max_streams_per_connection, {1, 100'000}));
  fields.push_back(Duration("query.max_connection_idle", grpc.max_connection_idle_seconds, kSecond, {kSecond, kDay}));
  fields.push_back(Duration("query.max_connection_age", grpc.max_connection_age_seconds, kSecond, {kSecond, kDay}));
  fields.push_back(Count("query.max_concurrent", query.max_concurrent_queries, {1, 1024}));
  fields.push_back(Count("query.max_followers", query.max_followers, {1, 1024}));
  fields.push_back(Duration("query.queue_timeout", query.queue_timeout_ms, kMillisecond, {0, 60 * kSecond}));
  fields.push_back(Duration("query.max_deadline", query.max_deadline_seconds, kSecond, {kSecond, kHour}));
  fields.push_back(
      Count("query.scan_budget_events", query.scan_budget_events, {1'000, std::numeric_limits<int64_t>::max()}));
  fields.push_back(Count("query.max_events_per_id", correlator.max_events_per_id, {2, 65'536}));
  fields.push_back(Duration("query.link_window", correlator.link_window_seconds, kSecond, {kSecond, 30 * kDay}));
  fields.push_back(Count("query.max_graph_events", correlator.max_graph_events, {1'000, 1'000'000'000}));
  fields.push_back(
      Duration("query.catch_up_interval", config.catch_up_interval_ms, kMillisecond, {50 * kMillisecond, kHour}));
}

void AddOtlpFields(Config& config, std::vector<ConfigField>& fields) {
  OtlpConfig& otlp = config.otlp;
  fields.push_back(Text("otlp.listen", otlp.listen));
  fields.push_back(Text("otlp.topic", otlp.topic));
  fields.push_back(Text("otlp.tls_certificate_file", otlp.tls.certificate_file));
  fields.push_back(Text("otlp.tls_key_file", otlp.tls.key_file));
  fields.push_back(Text("otlp.tls_client_authority_file", otlp.tls.client_authority_file));
  fields.push_back(Size("otlp.max_request", otlp.max_request_bytes, {64 * kKiB, 64 * kMiB}));
  fields.push_back(Size("otlp.max_record", otlp.max_record_bytes, {kKiB, 64 * kMiB}));
  fields.push_back(Size("otlp.max_in_flight", otlp.max_in_flight_bytes, {kMiB, 16 * kGiB}));
  fields.push_back(Duration("otlp.ack_timeout", otlp.ack_timeout_ms, kMillisecond, {kSecond, 300 * kSecond}));
}

}  // namespace

std::vector<ConfigField> ConfigFields(Config& config) {
  std::vector<ConfigField> fields;
  fields.push_back(Choice("role", config.role, std::array<std::string_view, 3>{"all", "ingest", "query"}));
  AddStoreFields(config, fields);
  AddSourceFields(config, fields);
  AddIngestFields(config, fields);
  AddQueryFields(config, fields);
  AddOtlpFields(config, fields);
  fields.push_back(Text("http.listen", config.http.listen));
  fields.push_back(Choice("http.queries", config.http.queries, std::array<std::string_view, 3>{"auto", "on", "off"}));
  fields.push_back(List("http.allowed_origins", config.http.allowed_origins));
  fields.push_back(
      Choice("log.level", config.log_level, std::array<std::string_view, 4>{"debug", "info", "warning", "error"}));
  return fields;
}

}  // namespace faultline::deploy
