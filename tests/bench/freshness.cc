// How long after a record was produced a query finds it.
//
// Produces to a topic at a steady rate for a while; every tenth of a second one
// record carries an id that is then looked for with GetJourney until it is found.
// usage: freshness BROKERS TOPIC SERVER RECORDS_PER_SECOND SECONDS
#include <grpcpp/grpcpp.h>
#include <librdkafka/rdkafka.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include "faultline/v1/failure_query_service.grpc.pb.h"

namespace {

using Clock = std::chrono::steady_clock;

class Producer {
 public:
  Producer(const char* brokers, const char* topic) : topic_(topic) {
    char error[512];
    rd_kafka_conf_t* conf = rd_kafka_conf_new();
    rd_kafka_conf_set(conf, "bootstrap.servers", brokers, error, sizeof error);
    rd_kafka_conf_set(conf, "linger.ms", "5", error, sizeof error);
    rd_kafka_conf_set(conf, "compression.codec", "lz4", error, sizeof error);
    kafka_ = rd_kafka_new(RD_KAFKA_PRODUCER, conf, error, sizeof error);
    if (kafka_ == nullptr) {
      std::fprintf(stderr, "no producer: %s\n", error);
      std::exit(2);
    }
  }
  ~Producer() {
    rd_kafka_flush(kafka_, 10'000);
    rd_kafka_destroy(kafka_);
  }
  void Send(const std::string& value) {
    while (rd_kafka_producev(kafka_, RD_KAFKA_V_TOPIC(topic_.c_str()), RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
                             RD_KAFKA_V_VALUE(const_cast<char*>(value.data()), value.size()),
                             RD_KAFKA_V_END) == RD_KAFKA_RESP_ERR__QUEUE_FULL) {
      rd_kafka_poll(kafka_, 10);
    }
    rd_kafka_poll(kafka_, 0);
  }

 private:
  const std::string topic_;
  rd_kafka_t* kafka_ = nullptr;
};

std::string Record(const std::string& id, int64_t n) {
  return R"({"side":"server","level":"error","service":"mailbox","region":"eu-west","message_id":")" + id +
         R"(","message":"write inbox cursor failed: queue full after )" + std::to_string(n) + R"( ms"})";
}

double WaitUntilFound(faultline::v1::FailureQueryService::Stub& stub, const std::string& id, Clock::time_point sent) {
  for (;;) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(5));
    faultline::v1::GetJourneyRequest request;
    request.set_id(id);
    faultline::v1::GetJourneyResponse response;
    const grpc::Status status = stub.GetJourney(&context, request, &response);
    if (!status.ok()) {
      std::fprintf(stderr, "GetJourney: %s\n", status.error_message().c_str());
      std::exit(1);
    }
    const double waited = std::chrono::duration<double>(Clock::now() - sent).count();
    if (response.events_size() > 0) return waited;
    if (waited > 30) {
      std::fprintf(stderr, "a record was not found after 30 s\n");
      std::exit(1);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 6) {
    std::fprintf(stderr, "usage: %s BROKERS TOPIC SERVER RECORDS_PER_SECOND SECONDS\n", argv[0]);
    return 2;
  }
  const int64_t rate = std::atoll(argv[4]);
  const int64_t ticks = std::atoll(argv[5]) * 10;
  auto stub =
      faultline::v1::FailureQueryService::NewStub(grpc::CreateChannel(argv[3], grpc::InsecureChannelCredentials()));
  Producer producer(argv[1], argv[2]);
  std::vector<double> waits(static_cast<size_t>(ticks));
  std::vector<std::jthread> probes;
  const Clock::time_point start = Clock::now();
  for (int64_t tick = 0; tick < ticks; ++tick) {
    std::this_thread::sleep_until(start + tick * std::chrono::milliseconds(100));
    for (int64_t i = 0; i < rate / 10; ++i) {
      producer.Send(Record("fresh-" + std::to_string(tick) + "-" + std::to_string(i), i));
    }
    const std::string id = "probe-" + std::to_string(getpid()) + "-" + std::to_string(tick);
    producer.Send(Record(id, tick));
    probes.emplace_back(
        [&, id, tick, sent = Clock::now()] { waits[static_cast<size_t>(tick)] = WaitUntilFound(*stub, id, sent); });
  }
  probes.clear();
  std::sort(waits.begin(), waits.end());
  const auto at = [&](double share) {
    return 1000 * waits[static_cast<size_t>(share * static_cast<double>(waits.size() - 1))];
  };
  std::printf("{\"probes\": %zu, \"p50_ms\": %.1f, \"p99_ms\": %.1f, \"max_ms\": %.1f}\n", waits.size(), at(.5),
              at(.99), at(1));
  return 0;
}
