#include "ingest/kafka_probe.h"

#include <librdkafka/rdkafka.h>
#include <re2/re2.h>

#include <algorithm>
#include <memory>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/mutex.h"
#include "base/status_macros.h"
#include "ingest/kafka_config.h"

namespace faultline::ingest {
namespace {

constexpr size_t kMaxTopics = 50;

struct HandleDelete {
  void operator()(rd_kafka_t* handle) const { rd_kafka_destroy(handle); }
};
struct MetadataDelete {
  void operator()(const rd_kafka_metadata_t* metadata) const { rd_kafka_metadata_destroy(metadata); }
};
struct ListDelete {
  void operator()(rd_kafka_topic_partition_list_t* list) const { rd_kafka_topic_partition_list_destroy(list); }
};
using Metadata = std::unique_ptr<const rd_kafka_metadata_t, MetadataDelete>;

class Probe {
 public:
  explicit Probe(const KafkaProbeOptions& options) : options_(options) {}

  absl::StatusOr<KafkaState> Run() {
    RETURN_IF_ERROR(Open());
    ASSIGN_OR_RETURN(const Metadata metadata, Ask());
    KafkaState state;
    for (int i = 0; i < metadata->broker_cnt; ++i) {
      state.brokers.push_back(absl::StrCat(metadata->brokers[i].host, ":", metadata->brokers[i].port));
    }
    std::set<std::string> names;
    for (const std::string& topic : options_.topics) {
      if (!topic.starts_with("^")) {
        names.insert(topic);
        continue;
      }
      ASSIGN_OR_RETURN(const bool matched, AddMatching(topic, *metadata, names));
      if (!matched) state.unmatched.push_back(topic);
    }
    for (const std::string& name : names) {
      if (state.topics.size() == kMaxTopics) break;
      state.topics.push_back(Look(name, *metadata));
    }
    return state;
  }

 private:
  absl::Status Open() {
    KafkaConf conf(rd_kafka_conf_new());
    std::map<std::string, std::string> settings = options_.properties;
    settings["bootstrap.servers"] = options_.brokers;
    settings["enable.auto.commit"] = "false";
    settings["group.id"] = "faultline-doctor";  // a consumer needs a name; it never joins
    settings["allow.auto.create.topics"] = "false";
    char reason[512];
    for (const auto& [name, value] : settings) {
      if (rd_kafka_conf_set(conf.get(), name.c_str(), value.c_str(), reason, sizeof(reason)) != RD_KAFKA_CONF_OK) {
        return absl::InvalidArgumentError(absl::StrCat("kafka property ", name, ": ", reason));
      }
    }
    rd_kafka_conf_set_opaque(conf.get(), this);
    rd_kafka_conf_set_log_cb(conf.get(), [](const rd_kafka_t*, int, const char*, const char*) {});
    rd_kafka_conf_set_error_cb(conf.get(), [](rd_kafka_t*, int, const char* why, void* opaque) {
      auto& self = *static_cast<Probe*>(opaque);
      MutexLock lock(self.mu_);
      self.last_error_ = why;
    });
    handle_.reset(rd_kafka_new(RD_KAFKA_CONSUMER, conf.get(), reason, sizeof(reason)));
    if (handle_ == nullptr) return absl::InvalidArgumentError(absl::StrCat("kafka: ", reason));
    (void)conf.release();  // the handle has it now
    rd_kafka_poll_set_consumer(handle_.get());
    return absl::OkStatus();
  }

  int patience_ms() const { return static_cast<int>(options_.patience.count()); }

  absl::StatusOr<Metadata> Ask() {
    const rd_kafka_metadata_t* answer = nullptr;
    const rd_kafka_resp_err_t error =
        rd_kafka_metadata(handle_.get(), /*all_topics=*/1, /*only_rkt=*/nullptr, &answer, patience_ms());
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR) return Metadata(answer);
    rd_kafka_message_t* message = rd_kafka_consumer_poll(handle_.get(), 0);  // serves the error callback
    if (message != nullptr) rd_kafka_message_destroy(message);
    MutexLock lock(mu_);
    return absl::UnavailableError(absl::StrCat("no broker of ", options_.brokers, " answers: ", rd_kafka_err2str(error),
                                               last_error_.empty() ? "" : absl::StrCat(" (", last_error_, ")")));
  }

  static absl::StatusOr<bool> AddMatching(const std::string& pattern, const rd_kafka_metadata_t& metadata,
                                          std::set<std::string>& names) {
    const RE2 expression(pattern, RE2::Quiet);
    if (!expression.ok()) return absl::InvalidArgumentError(absl::StrCat("topic ", pattern, ": ", expression.error()));
    bool matched = false;
    for (int i = 0; i < metadata.topic_cnt; ++i) {
      if (!RE2::PartialMatch(metadata.topics[i].topic, expression)) continue;
      names.insert(metadata.topics[i].topic);
      matched = true;
    }
    return matched;
  }

  KafkaTopicState Look(const std::string& name, const rd_kafka_metadata_t& metadata) {
    KafkaTopicState state;
    state.topic = name;
    const rd_kafka_metadata_topic_t* const begin = metadata.topics;
    const rd_kafka_metadata_topic_t* const end = begin + metadata.topic_cnt;
    const auto* found = std::find_if(begin, end, [&](const auto& topic) { return name == topic.topic; });
    if (found == end) {
      state.error = "the cluster has no such topic, or does not show it to us";
      return state;
    }
    if (found->err != RD_KAFKA_RESP_ERR_NO_ERROR) state.error = rd_kafka_err2str(found->err);
    state.partitions = found->partition_cnt;
    for (int i = 0; i < found->partition_cnt; ++i) {
      if (found->partitions[i].leader < 0) {
        ++state.without_leader;
      } else {
        LookAtPartition(found->partitions[i].id, state);
      }
    }
    return state;
  }

  void LookAtPartition(int32_t partition, KafkaTopicState& state) {
    int64_t low = 0, high = 0;
    const rd_kafka_resp_err_t error =
        rd_kafka_query_watermark_offsets(handle_.get(), state.topic.c_str(), partition, &low, &high, patience_ms());
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
      if (state.error.empty()) state.error = rd_kafka_err2str(error);
      return;
    }
    state.records += high - low;
    if (high > low && state.newest_time_ms == 0) ReadTime(partition, high - 1, state);
  }

  void ReadTime(int32_t partition, int64_t offset, KafkaTopicState& state) {
    const std::unique_ptr<rd_kafka_topic_partition_list_t, ListDelete> list(rd_kafka_topic_partition_list_new(1));
    rd_kafka_topic_partition_list_add(list.get(), state.topic.c_str(), partition)->offset = offset;
    if (rd_kafka_assign(handle_.get(), list.get()) != RD_KAFKA_RESP_ERR_NO_ERROR) return;
    rd_kafka_message_t* message = rd_kafka_consumer_poll(handle_.get(), patience_ms());
    if (message != nullptr && message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
      rd_kafka_timestamp_type_t type = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE;
      state.newest_time_ms = rd_kafka_message_timestamp(message, &type);
      state.broker_time = type == RD_KAFKA_TIMESTAMP_LOG_APPEND_TIME;
    }
    if (message != nullptr) rd_kafka_message_destroy(message);
    rd_kafka_assign(handle_.get(), nullptr);
  }

  const KafkaProbeOptions& options_;
  Mutex mu_;
  std::string last_error_ ABSL_GUARDED_BY(mu_);
  std::unique_ptr<rd_kafka_t, HandleDelete> handle_;
};

}  // namespace

absl::StatusOr<KafkaState> ProbeKafka(const KafkaProbeOptions& options) { return Probe(options).Run(); }

}  // namespace faultline::ingest
