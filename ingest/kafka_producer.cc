#include "ingest/kafka_producer.h"

#include <librdkafka/rdkafka.h>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"

namespace faultline::ingest {
namespace {

constexpr int kQueueFullWaitMs = 100;
constexpr int kPatienceMs = 30'000;

struct ProducerDelete {
  void operator()(rd_kafka_t* producer) const { rd_kafka_destroy(producer); }
};
struct ConfDelete {
  void operator()(rd_kafka_conf_t* conf) const { rd_kafka_conf_destroy(conf); }
};

struct HeadersDelete {
  void operator()(rd_kafka_headers_t* headers) const { rd_kafka_headers_destroy(headers); }
};

std::unique_ptr<rd_kafka_headers_t, HeadersDelete> HeadersOf(const ProducedRecord& record) {
  std::unique_ptr<rd_kafka_headers_t, HeadersDelete> headers(rd_kafka_headers_new(record.headers.size()));
  for (const auto& [name, value] : record.headers) {
    rd_kafka_header_add(headers.get(), name.data(), static_cast<ssize_t>(name.size()), value.data(),
                        static_cast<ssize_t>(value.size()));
  }
  return headers;
}

absl::Status Set(rd_kafka_conf_t& conf, const std::string& name, const std::string& value) {
  char reason[512];
  if (rd_kafka_conf_set(&conf, name.c_str(), value.c_str(), reason, sizeof(reason)) == RD_KAFKA_CONF_OK) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(absl::StrCat("kafka property ", name, ": ", reason));
}

class LibrdkafkaProducer final : public KafkaProducer {
 public:
  absl::Status Open(const std::string& brokers, const std::map<std::string, std::string>& properties) {
    std::unique_ptr<rd_kafka_conf_t, ConfDelete> conf(rd_kafka_conf_new());
    RETURN_IF_ERROR(Set(*conf, "bootstrap.servers", brokers));
    RETURN_IF_ERROR(Set(*conf, "enable.idempotence", "true"));
    RETURN_IF_ERROR(Set(*conf, "linger.ms", "20"));
    RETURN_IF_ERROR(Set(*conf, "compression.type", "lz4"));
    for (const auto& [name, value] : properties) RETURN_IF_ERROR(Set(*conf, name, value));
    rd_kafka_conf_set_opaque(conf.get(), this);
    rd_kafka_conf_set_dr_msg_cb(conf.get(), OnDelivery);
    char reason[512];
    producer_.reset(rd_kafka_new(RD_KAFKA_PRODUCER, conf.get(), reason, sizeof(reason)));
    if (producer_ == nullptr) return absl::InvalidArgumentError(absl::StrCat("kafka producer: ", reason));
    (void)conf.release();  // the producer has it now
    return absl::OkStatus();
  }

  absl::Status Produce(const ProducedRecord& record) override {
    int waited_ms = 0;
    while (failure_.ok()) {
      std::unique_ptr<rd_kafka_headers_t, HeadersDelete> headers = HeadersOf(record);
      // librdkafka's macros are statement expressions, which -Wpedantic takes only with this word.
      const rd_kafka_resp_err_t error = __extension__ rd_kafka_producev(
          producer_.get(), RD_KAFKA_V_TOPIC(record.topic.c_str()), RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
          RD_KAFKA_V_VALUE(const_cast<char*>(record.value.data()), record.value.size()),
          RD_KAFKA_V_TIMESTAMP(record.timestamp_ms), RD_KAFKA_V_HEADERS(headers.get()), RD_KAFKA_V_END);
      if (error == RD_KAFKA_RESP_ERR_NO_ERROR) {
        (void)headers.release();  // the message has them now
        break;
      }
      if (error != RD_KAFKA_RESP_ERR__QUEUE_FULL || waited_ms >= kPatienceMs) return Failure(record.topic, error);
      rd_kafka_poll(producer_.get(), kQueueFullWaitMs);
      waited_ms += kQueueFullWaitMs;
    }
    rd_kafka_poll(producer_.get(), 0);
    return failure_;
  }

  absl::Status Flush() override {
    if (rd_kafka_flush(producer_.get(), kPatienceMs) != RD_KAFKA_RESP_ERR_NO_ERROR) {
      return absl::DeadlineExceededError("no broker took the records within 30 s; are the brokers running?");
    }
    return failure_;
  }

  int64_t acknowledged() const override { return acknowledged_; }

 private:
  static absl::Status Failure(std::string_view topic, rd_kafka_resp_err_t error) {
    return absl::UnavailableError(absl::StrCat("produce to ", std::string(topic), ": ", rd_kafka_err2str(error)));
  }

  static void OnDelivery(rd_kafka_t*, const rd_kafka_message_t* message, void* opaque) {
    auto& self = *static_cast<LibrdkafkaProducer*>(opaque);
    if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
      ++self.acknowledged_;
    } else if (self.failure_.ok()) {
      self.failure_ = Failure(rd_kafka_topic_name(message->rkt), message->err);
    }
  }

  absl::Status failure_;  // the first
  int64_t acknowledged_ = 0;
  std::unique_ptr<rd_kafka_t, ProducerDelete> producer_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<KafkaProducer>> KafkaProducer::Create(
    const std::string& brokers, const std::map<std::string, std::string>& properties) {
  auto producer = std::make_unique<LibrdkafkaProducer>();
  RETURN_IF_ERROR(producer->Open(brokers, properties));
  return producer;
}

}  // namespace faultline::ingest
