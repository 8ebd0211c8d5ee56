#include "ingest/kafka_client.h"

#include <syslog.h>

#include <cstring>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "base/log.h"
#include "base/status_macros.h"
#include "ingest/kafka_config.h"
#include "ingest/kafka_statistics.h"

namespace faultline::ingest {
namespace {

constexpr int kRequestTimeoutMs = 10'000;

struct ListDelete {
  void operator()(rd_kafka_topic_partition_list_t* list) const { rd_kafka_topic_partition_list_destroy(list); }
};
using List = std::unique_ptr<rd_kafka_topic_partition_list_t, ListDelete>;

List MakeList(const std::vector<KafkaOffset>& offsets) {
  List list(rd_kafka_topic_partition_list_new(static_cast<int>(offsets.size())));
  for (const KafkaOffset& o : offsets) {
    rd_kafka_topic_partition_list_add(list.get(), o.topic.c_str(), o.partition)->offset = o.offset;
  }
  return list;
}

absl::Status FromError(const char* doing, rd_kafka_resp_err_t error) {
  if (error == RD_KAFKA_RESP_ERR_NO_ERROR) return absl::OkStatus();
  return absl::InternalError(absl::StrCat("kafka: ", doing, ": ", rd_kafka_err2str(error)));
}

// Takes ownership of `error`, which may be null.
absl::Status FromError(const char* doing, rd_kafka_error_t* error) {
  if (error == nullptr) return absl::OkStatus();
  const absl::Status status = absl::InternalError(absl::StrCat("kafka: ", doing, ": ", rd_kafka_error_string(error)));
  rd_kafka_error_destroy(error);
  return status;
}

}  // namespace

absl::StatusOr<std::unique_ptr<KafkaClient>> KafkaClient::Create(const KafkaOptions& options, KafkaCounters& counters) {
  std::unique_ptr<KafkaClient> client(new KafkaClient(counters));
  RETURN_IF_ERROR(client->Start(options));
  return client;
}

absl::Status KafkaClient::Start(const KafkaOptions& options) {
  ASSIGN_OR_RETURN(KafkaConf conf, MakeKafkaConf(options));
  rd_kafka_conf_set_opaque(conf.get(), this);
  rd_kafka_conf_set_log_cb(conf.get(), OnLog);
  rd_kafka_conf_set_rebalance_cb(
      conf.get(), [](rd_kafka_t*, rd_kafka_resp_err_t error, rd_kafka_topic_partition_list_t* partitions, void* self) {
        static_cast<KafkaClient*>(self)->OnRebalance(error, partitions);
      });
  rd_kafka_conf_set_error_cb(conf.get(), [](rd_kafka_t*, int error, const char* reason, void* self) {
    static_cast<KafkaClient*>(self)->OnError(static_cast<rd_kafka_resp_err_t>(error), reason);
  });
  rd_kafka_conf_set_offset_commit_cb(
      conf.get(), [](rd_kafka_t*, rd_kafka_resp_err_t error, rd_kafka_topic_partition_list_t*, void* self) {
        static_cast<KafkaClient*>(self)->OnCommit(error);
      });
  rd_kafka_conf_set_stats_cb(conf.get(), [](rd_kafka_t*, char* json, size_t size, void* self) {
    const auto bytes = QueuedBytes({json, size});
    if (bytes.has_value()) static_cast<KafkaClient*>(self)->counters_.queued_bytes = *bytes;
    return 0;  // librdkafka frees it
  });
  counters_.queue_limit_bytes = QueueLimitBytes(*conf);
  char reason[512];
  handle_ = rd_kafka_new(RD_KAFKA_CONSUMER, conf.get(), reason, sizeof reason);
  if (handle_ == nullptr) return absl::InvalidArgumentError(absl::StrCat("kafka: ", reason));
  (void)conf.release();  // rd_kafka_new took it
  rd_kafka_poll_set_consumer(handle_);
  List topics(rd_kafka_topic_partition_list_new(static_cast<int>(options.topics.size())));
  for (const std::string& topic : options.topics) {
    rd_kafka_topic_partition_list_add(topics.get(), topic.c_str(), RD_KAFKA_PARTITION_UA);
  }
  const rd_kafka_resp_err_t error = rd_kafka_subscribe(handle_, topics.get());
  if (error == RD_KAFKA_RESP_ERR__INVALID_ARG)
    return absl::InvalidArgumentError("kafka.topics: a pattern is not valid");
  return FromError("subscribe", error);
}

KafkaClient::~KafkaClient() {
  if (handle_ == nullptr) return;
  closing_ = true;
  rd_kafka_consumer_close(handle_);
  rd_kafka_destroy(handle_);
}

// On librdkafka's threads. That a broker does not know a partition is told
// nowhere but in the debug context "topic", which is therefore on.
void KafkaClient::OnLog(const rd_kafka_t* handle, int level, const char* facility, const char* text) {
  if (std::strcmp(facility, "BROKERUA") == 0 && handle != nullptr) {
    static_cast<KafkaClient*>(rd_kafka_opaque(handle))->SetDoubt();
  }
  // Lost connections are told once by OnError, not once per attempt.
  if (std::strcmp(facility, "FAIL") == 0 || std::strcmp(facility, "ERROR") == 0) return;
  if (level <= LOG_WARNING) LogWarning("kafka client", {{"facility", facility}, {"text", text}});
}

KafkaMessage KafkaClient::Poll(std::chrono::milliseconds timeout) {
  KafkaMessage message(rd_kafka_consumer_poll(handle_, static_cast<int>(timeout.count())));
  if (message == nullptr) return nullptr;
  if (message->err == RD_KAFKA_RESP_ERR__FATAL) {
    OnFatal();
    return nullptr;
  }
  if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR && !logged_errors_.empty()) {
    LogInfo("kafka is reachable again");
    logged_errors_.clear();
  }
  return message;
}

std::optional<KafkaClient::Rebalance> KafkaClient::TakeRebalance() {
  if (rebalances_.empty()) return std::nullopt;
  Rebalance first = std::move(rebalances_.front());
  rebalances_.pop_front();
  return first;
}

void KafkaClient::OnRebalance(rd_kafka_resp_err_t error, const rd_kafka_topic_partition_list_t* partitions) {
  if (closing_) {
    rd_kafka_assign(handle_, nullptr);
    return;
  }
  Rebalance& rebalance = rebalances_.emplace_back();
  rebalance.assign = error == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS;
  for (int i = 0; i < partitions->cnt; ++i) {
    rebalance.partitions.push_back({partitions->elems[i].topic, partitions->elems[i].partition, 0});
  }
  rd_kafka_yield(handle_);  // Poll returns at once
}

void KafkaClient::OnError(rd_kafka_resp_err_t error, const std::string& reason) {
  counters_.client_errors.fetch_add(1, std::memory_order_relaxed);
  SetDoubt();
  if (!logged_errors_.insert(error).second) return;
  LogWarning("kafka trouble, trying on", {{"error", rd_kafka_err2name(error)}, {"reason", reason}});
}

void KafkaClient::OnFatal() {
  char text[512];
  const rd_kafka_resp_err_t cause = rd_kafka_fatal_error(handle_, text, sizeof text);
  const bool fenced = cause == RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID;
  fatal_ = absl::FailedPreconditionError(
      absl::StrCat(fenced ? "kafka: another member of the group has the same kafka.instance_id: " : "kafka: ", text));
}

void KafkaClient::OnCommit(rd_kafka_resp_err_t error) {
  if (error == RD_KAFKA_RESP_ERR_NO_ERROR || error == RD_KAFKA_RESP_ERR__NO_OFFSET) {
    counters_.commits.fetch_add(1, std::memory_order_relaxed);
    commit_failure_logged_ = false;
    return;
  }
  counters_.commit_failures.fetch_add(1, std::memory_order_relaxed);
  if (commit_failure_logged_) return;
  commit_failure_logged_ = true;
  // Only tools that show lag read it: the position is in the store.
  LogWarning("offsets not committed to kafka", {{"error", rd_kafka_err2name(error)}});
}

absl::Status KafkaClient::Assign(const std::vector<KafkaOffset>& partitions) {
  return FromError("assign", rd_kafka_assign(handle_, MakeList(partitions).get()));
}

absl::Status KafkaClient::Unassign() { return FromError("unassign", rd_kafka_assign(handle_, nullptr)); }

absl::Status KafkaClient::Seek(const KafkaOffset& place) {
  const List list = MakeList({place});
  RETURN_IF_ERROR(FromError("seek", rd_kafka_seek_partitions(handle_, list.get(), kRequestTimeoutMs)));
  return FromError("seek", list->elems[0].err);
}

absl::Status KafkaClient::Pause(const std::vector<KafkaOffset>& partitions, bool pause) {
  const List list = MakeList(partitions);
  return pause ? FromError("pause", rd_kafka_pause_partitions(handle_, list.get()))
               : FromError("resume", rd_kafka_resume_partitions(handle_, list.get()));
}

absl::Status KafkaClient::Commit(const std::vector<KafkaOffset>& offsets,
                                 std::optional<std::chrono::milliseconds> wait) {
  if (offsets.empty()) return absl::OkStatus();
  const List list = MakeList(offsets);
  if (!wait.has_value()) return FromError("commit", rd_kafka_commit(handle_, list.get(), /*async=*/1));
  rd_kafka_queue_t* const answers = rd_kafka_queue_new(handle_);
  absl::Status status =
      FromError("commit", rd_kafka_commit_queue(handle_, list.get(), answers, /*cb=*/nullptr, /*opaque=*/nullptr));
  if (status.ok()) {
    rd_kafka_event_t* const answer = rd_kafka_queue_poll(answers, static_cast<int>(wait->count()));
    const rd_kafka_resp_err_t error = answer == nullptr ? RD_KAFKA_RESP_ERR__TIMED_OUT : rd_kafka_event_error(answer);
    if (answer != nullptr) rd_kafka_event_destroy(answer);
    OnCommit(error);
    status = FromError("commit", error);
  }
  rd_kafka_queue_destroy(answers);
  return status;
}

absl::StatusOr<std::pair<int64_t, int64_t>> KafkaClient::QueryRange(const std::string& topic, int32_t partition) {
  std::pair<int64_t, int64_t> range;
  RETURN_IF_ERROR(
      FromError("query offsets", rd_kafka_query_watermark_offsets(handle_, topic.c_str(), partition, &range.first,
                                                                  &range.second, kRequestTimeoutMs)));
  return range;
}

int64_t KafkaClient::KnownEnd(const std::string& topic, int32_t partition) const {
  int64_t low = -1;
  int64_t high = -1;
  rd_kafka_get_watermark_offsets(handle_, topic.c_str(), partition, &low, &high);
  return high < 0 ? -1 : high;
}

}  // namespace faultline::ingest
