#include "ingest/kafka_sink.h"

#include <librdkafka/rdkafka.h>

#include <array>
#include <atomic>
#include <chrono>
#include <string_view>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/log.h"
#include "base/mutex.h"
#include "base/status_macros.h"
#include "ingest/kafka_config.h"

namespace faultline::ingest {
namespace {

constexpr int kPollMs = 50;
constexpr int kPurgeMs = 1'000;  // to hear of what was given up
// Decide whether records are lost, doubled or out of order.
constexpr std::array<std::string_view, 5> kOurs = {"bootstrap.servers", "metadata.broker.list", "enable.idempotence",
                                                   "acks", "message.timeout.ms"};

// One Send on its way; deleted with its last value.
struct Delivery {
  KafkaSink::Done done;
  std::atomic<size_t> left{0};
  Mutex mu;
  absl::Status status ABSL_GUARDED_BY(mu);  // the first that failed
};

absl::Status StatusOf(rd_kafka_resp_err_t error, const std::string& topic) {
  const std::string text = absl::StrCat("topic ", topic, ": ", rd_kafka_err2str(error));
  return error == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE ? absl::InvalidArgumentError(text)
                                                       : absl::UnavailableError(text);
}

class Sink;

// One librdkafka producer and the thread that hears what became of its values.
class Producer {
 public:
  static absl::StatusOr<std::shared_ptr<Producer>> Create(const KafkaSinkOptions& options, Sink& sink);
  ~Producer() {
    Stop(std::chrono::milliseconds(0));
    poller_ = {};  // joined
    rd_kafka_destroy(handle_);
  }
  Producer(const Producer&) = delete;
  Producer& operator=(const Producer&) = delete;

  // What was not acknowledged after `grace` has failed.
  void Stop(std::chrono::milliseconds grace) {
    if (rd_kafka_flush(handle_, static_cast<int>(grace.count())) == RD_KAFKA_RESP_ERR_NO_ERROR) return;
    rd_kafka_purge(handle_, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
    rd_kafka_flush(handle_, kPurgeMs);
  }

  bool HasFailed() const {
    char reason[256];
    return rd_kafka_fatal_error(handle_, reason, sizeof(reason)) != RD_KAFKA_RESP_ERR_NO_ERROR;
  }

  rd_kafka_resp_err_t Produce(const std::string& topic, const std::string& value, Delivery& delivery) {
    // librdkafka's macros are statement expressions, which -Wpedantic takes only with this word.
    return __extension__ rd_kafka_producev(
        handle_, RD_KAFKA_V_TOPIC(topic.c_str()), RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
        RD_KAFKA_V_VALUE(const_cast<char*>(value.data()), value.size()), RD_KAFKA_V_OPAQUE(&delivery), RD_KAFKA_V_END);
  }

 private:
  explicit Producer(rd_kafka_t* handle) : handle_(handle) {
    poller_ = std::jthread([this](const std::stop_token& stop) {
      while (!stop.stop_requested()) rd_kafka_poll(handle_, kPollMs);
    });
  }

  rd_kafka_t* const handle_;
  std::jthread poller_;
};

class Sink final : public KafkaSink {
 public:
  explicit Sink(const KafkaSinkOptions& options) : options_(options) {}

  absl::Status Open() {
    MutexLock lock(mu_);
    ASSIGN_OR_RETURN(producer_, Producer::Create(options_, *this));
    return absl::OkStatus();
  }

  absl::Status Send(const std::vector<std::string>& values, Done done) override {
    if (values.empty()) {
      done(absl::OkStatus());
      return absl::OkStatus();
    }
    int64_t bytes = 0;
    for (const std::string& value : values) bytes += static_cast<int64_t>(value.size());
    if (in_flight_.fetch_add(bytes) + bytes > options_.max_bytes_in_flight) {
      in_flight_ -= bytes;
      return absl::ResourceExhaustedError(absl::StrCat(in_flight_.load(),
                                                       " bytes are on their way to the brokers; at most ",
                                                       options_.max_bytes_in_flight, " may be"));
    }
    auto delivery = std::make_unique<Delivery>();
    delivery->done = std::move(done);
    delivery->left = values.size();
    std::vector<Refused> refused;
    if (const absl::Status handed = HandOver(values, *delivery, refused); !handed.ok()) {
      in_flight_ -= bytes;
      return handed;
    }
    Delivery& handed_over = *delivery.release();  // deleted with its last value
    for (const Refused& value : refused) OnDelivered(handed_over, value.error, value.bytes);
    return absl::OkStatus();
  }

  void Stop(std::chrono::milliseconds grace) override {
    std::shared_ptr<Producer> producer;
    {
      MutexLock lock(mu_);
      stopped_ = true;
      producer = producer_;
    }
    producer->Stop(grace);
  }

  int64_t bytes_in_flight() const override { return in_flight_.load(); }

  // Of one value, on any thread.
  void OnDelivered(Delivery& delivery, rd_kafka_resp_err_t error, int64_t bytes) {
    in_flight_ -= bytes;
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
      MutexLock lock(delivery.mu);
      if (delivery.status.ok()) delivery.status = StatusOf(error, options_.topic);
    }
    if (delivery.left.fetch_sub(1) != 1) return;
    const std::unique_ptr<Delivery> last(&delivery);
    absl::Status status;
    {
      MutexLock lock(last->mu);
      status = last->status;
    }
    last->done(status);
  }

 private:
  struct Refused {
    rd_kafka_resp_err_t error;
    int64_t bytes;
  };

  // All of it under the lock: after Stop has had it, nothing is handed over any more. Errors: Unavailable,
  // InvalidArgument; nothing was handed over then. What librdkafka refused of the values is in `refused`.
  absl::Status HandOver(const std::vector<std::string>& values, Delivery& delivery, std::vector<Refused>& refused) {
    std::shared_ptr<Producer> ended;  // destroyed outside of the lock
    MutexLock lock(mu_);
    if (stopped_) return absl::UnavailableError("the server stops");
    if (producer_->HasFailed()) {
      // An error that librdkafka does not get over.
      LogWarning("kafka producer replaced", {{"topic", options_.topic}});
      ASSIGN_OR_RETURN(std::shared_ptr<Producer> fresh, Producer::Create(options_, *this));
      ended = std::exchange(producer_, std::move(fresh));
    }
    for (const std::string& value : values) {
      const rd_kafka_resp_err_t error = producer_->Produce(options_.topic, value, delivery);
      if (error != RD_KAFKA_RESP_ERR_NO_ERROR) refused.push_back({error, static_cast<int64_t>(value.size())});
    }
    return absl::OkStatus();
  }

  const KafkaSinkOptions options_;
  std::atomic<int64_t> in_flight_{0};
  Mutex mu_;
  bool stopped_ ABSL_GUARDED_BY(mu_) = false;
  std::shared_ptr<Producer> producer_ ABSL_GUARDED_BY(mu_);
};

absl::StatusOr<std::shared_ptr<Producer>> Producer::Create(const KafkaSinkOptions& options, Sink& sink) {
  KafkaConf conf(rd_kafka_conf_new());
  std::map<std::string, std::string> settings = {{"linger.ms", "5"}, {"compression.type", "lz4"}};
  for (const auto& [name, value] : options.properties) {
    for (const std::string_view ours : kOurs) {
      if (name == ours) {
        return absl::InvalidArgumentError(absl::StrCat("kafka property ", name, ": is not free for OTLP"));
      }
    }
    settings[name] = value;
  }
  settings["bootstrap.servers"] = options.brokers;
  settings["enable.idempotence"] = "true";
  settings["acks"] = "all";
  settings["message.timeout.ms"] = std::to_string(options.ack_timeout_ms);
  char reason[512];
  for (const auto& [name, value] : settings) {
    const rd_kafka_conf_res_t set = rd_kafka_conf_set(conf.get(), name.c_str(), value.c_str(), reason, sizeof(reason));
    if (set != RD_KAFKA_CONF_OK) return absl::InvalidArgumentError(absl::StrCat("kafka property ", name, ": ", reason));
  }
  rd_kafka_conf_set_opaque(conf.get(), &sink);
  rd_kafka_conf_set_dr_msg_cb(conf.get(), [](rd_kafka_t*, const rd_kafka_message_t* message, void* opaque) {
    static_cast<Sink*>(opaque)->OnDelivered(*static_cast<Delivery*>(message->_private), message->err,
                                            static_cast<int64_t>(message->len));
  });
  rd_kafka_t* handle = rd_kafka_new(RD_KAFKA_PRODUCER, conf.get(), reason, sizeof(reason));
  if (handle == nullptr) return absl::InvalidArgumentError(absl::StrCat("kafka producer: ", reason));
  (void)conf.release();  // the producer has it now
  return std::shared_ptr<Producer>(new Producer(handle));
}

}  // namespace

absl::StatusOr<std::unique_ptr<KafkaSink>> KafkaSink::Start(const KafkaSinkOptions& options) {
  auto sink = std::make_unique<Sink>(options);
  RETURN_IF_ERROR(sink->Open());
  return sink;
}

}  // namespace faultline::ingest
