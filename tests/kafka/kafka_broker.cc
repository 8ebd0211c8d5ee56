#include "tests/kafka/kafka_broker.h"

#include <librdkafka/rdkafka.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <iterator>
#include <stdexcept>
#include <thread>

namespace faultline::testing {
namespace {

constexpr int kTimeoutMs = 30'000;
const std::string kScripts = std::string(FAULTLINE_SOURCE_DIR) + "/deploy/kafka/";

[[noreturn]] void Fail(const std::string& what) { throw std::runtime_error("kafka broker: " + what); }
void Check(rd_kafka_resp_err_t error, const std::string& doing) {
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) Fail(doing + ": " + rd_kafka_err2str(error));
}

using Properties = std::map<std::string, std::string>;

// A producer or consumer handle.
class Handle {
 public:
  Handle(rd_kafka_type_t type, const Properties& properties,
         void (*delivered)(rd_kafka_t*, const rd_kafka_message_t*, void*) = nullptr, void* opaque = nullptr) {
    rd_kafka_conf_t* conf = rd_kafka_conf_new();
    char reason[512];
    for (const auto& [name, value] : properties) {
      if (rd_kafka_conf_set(conf, name.c_str(), value.c_str(), reason, sizeof reason) != RD_KAFKA_CONF_OK) Fail(reason);
    }
    rd_kafka_conf_set_opaque(conf, opaque);
    rd_kafka_conf_set_log_cb(conf, [](const rd_kafka_t*, int, const char*, const char*) {});
    if (delivered != nullptr) rd_kafka_conf_set_dr_msg_cb(conf, delivered);
    handle_ = rd_kafka_new(type, conf, reason, sizeof reason);
    if (handle_ == nullptr) Fail(reason);
  }
  ~Handle() { rd_kafka_destroy(handle_); }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  rd_kafka_t* get() const { return handle_; }

 private:
  rd_kafka_t* handle_ = nullptr;
};

// Those that have a leader; 0 where there is no such topic.
int PartitionsOf(rd_kafka_t* handle, const std::string& topic) {
  const rd_kafka_metadata_t* metadata = nullptr;
  Check(rd_kafka_metadata(handle, /*all_topics=*/1, nullptr, &metadata, kTimeoutMs), "metadata");
  int partitions = 0;
  for (int i = 0; i < metadata->topic_cnt; ++i) {
    const rd_kafka_metadata_topic_t& each = metadata->topics[i];
    if (topic != each.topic) continue;
    for (int p = 0; p < each.partition_cnt; ++p) partitions += each.partitions[p].leader >= 0 ? 1 : 0;
  }
  rd_kafka_metadata_destroy(metadata);
  return partitions;
}
bool TopicExists(rd_kafka_t* handle, const std::string& topic) { return PartitionsOf(handle, topic) > 0; }

// Runs one admin request and checks the result of its only topic.
void Administer(const std::string& address, const std::string& doing,
                const std::function<void(rd_kafka_t*, rd_kafka_queue_t*)>& request) {
  const Handle client(RD_KAFKA_PRODUCER, {{"bootstrap.servers", address}});
  rd_kafka_queue_t* queue = rd_kafka_queue_new(client.get());
  request(client.get(), queue);
  rd_kafka_event_t* event = rd_kafka_queue_poll(queue, kTimeoutMs);
  if (event == nullptr) Fail(doing + ": no answer");
  Check(rd_kafka_event_error(event), doing);
  size_t count = 0;
  const rd_kafka_topic_result_t** results = nullptr;
  if (const auto* created = rd_kafka_event_CreateTopics_result(event)) {
    results = rd_kafka_CreateTopics_result_topics(created, &count);
  } else if (const auto* deleted = rd_kafka_event_DeleteTopics_result(event)) {
    results = rd_kafka_DeleteTopics_result_topics(deleted, &count);
  } else if (const auto* grown = rd_kafka_event_CreatePartitions_result(event)) {
    results = rd_kafka_CreatePartitions_result_topics(grown, &count);
  }
  for (size_t i = 0; i < count; ++i) Check(rd_kafka_topic_result_error(results[i]), doing);
  rd_kafka_event_destroy(event);
  rd_kafka_queue_destroy(queue);
}

void ProduceOne(rd_kafka_t* producer, const std::string& topic, int32_t partition, const ProducedRecord& record) {
  rd_kafka_headers_t* headers = rd_kafka_headers_new(record.headers.size());
  for (const auto& [name, value] : record.headers) {
    rd_kafka_header_add(headers, name.data(), static_cast<ssize_t>(name.size()), value.data(),
                        static_cast<ssize_t>(value.size()));
  }
  void* const value = record.value.has_value() ? const_cast<char*>(record.value->data()) : nullptr;
  const size_t size = record.value.has_value() ? record.value->size() : 0;
  void* const key = record.key.empty() ? nullptr : const_cast<char*>(record.key.data());
  const rd_kafka_vu_t arguments[] = {
      {.vtype = RD_KAFKA_VTYPE_TOPIC, .u = {.cstr = topic.c_str()}},
      {.vtype = RD_KAFKA_VTYPE_PARTITION, .u = {.i32 = partition}},
      {.vtype = RD_KAFKA_VTYPE_VALUE, .u = {.mem = {value, size}}},
      {.vtype = RD_KAFKA_VTYPE_KEY, .u = {.mem = {key, record.key.size()}}},
      {.vtype = RD_KAFKA_VTYPE_HEADERS, .u = {.headers = headers}},
      {.vtype = RD_KAFKA_VTYPE_MSGFLAGS, .u = {.i = RD_KAFKA_MSG_F_COPY}},
  };
  if (rd_kafka_error_t* error = rd_kafka_produceva(producer, arguments, std::size(arguments))) {
    Fail(std::string("produce: ") + rd_kafka_error_string(error));
  }
}

}  // namespace

std::unique_ptr<KafkaBroker> KafkaBroker::Start(std::string& why_not) {
  if (std::system((kScripts + "fetch.sh >/dev/null").c_str()) != 0) {
    why_not = "no Kafka broker: deploy/kafka/fetch.sh says why";
    return nullptr;
  }
  std::unique_ptr<KafkaBroker> broker(new KafkaBroker());
  broker->Spawn();
  broker->WaitUntilReady();
  return broker;
}

KafkaBroker::~KafkaBroker() {
  if (pid_ <= 0) return;
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
}

void KafkaBroker::Spawn() {
  const std::string script = kScripts + "start.sh";
  const pid_t parent = getpid();
  pid_ = fork();
  if (pid_ < 0) Fail("fork");
  if (pid_ > 0) return;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(1);
  setenv("FAULTLINE_KAFKA_JAVA_OPTS", "-Xmx384m -XX:+UseSerialGC -XX:TieredStopAtLevel=1", 1);
  execl(script.c_str(), script.c_str(), "--foreground", dir_.path().c_str(), "auto.create.topics.enable=false",
        nullptr);
  _exit(127);
}

void KafkaBroker::WaitUntilReady() {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(120);
  for (std::string log; log.find("Kafka Server started") == std::string::npos;) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    std::ifstream file(dir_ / "broker.log");
    log.assign(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
    const bool ended = waitpid(pid_, nullptr, WNOHANG) == pid_;
    if (ended) pid_ = -1;
    if (ended || std::chrono::steady_clock::now() > deadline) {
      Fail(std::string(ended ? "it ended" : "not ready after 120 s") + "; its log ends with:\n" +
           log.substr(log.size() - std::min<size_t>(log.size(), 2000)));
    }
  }
  constexpr std::string_view kKey = "advertised.listeners=PLAINTEXT://";
  std::ifstream properties(dir_ / "server.properties");
  for (std::string line; std::getline(properties, line);) {
    if (line.compare(0, kKey.size(), kKey) == 0) address_ = line.substr(kKey.size());
  }
  const Handle client(RD_KAFKA_PRODUCER, {{"bootstrap.servers", address_}});
  (void)TopicExists(client.get(), "none");
}

void KafkaBroker::Stop() {
  kill(pid_, SIGTERM);
  waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

void KafkaBroker::StartAgain() {
  unlink((dir_ / "broker.log").c_str());
  Spawn();
  WaitUntilReady();
}

void KafkaBroker::CreateTopic(const std::string& topic, int partitions, const Properties& config) {
  Administer(address_, "create " + topic, [&](rd_kafka_t* client, rd_kafka_queue_t* queue) {
    char reason[256];
    rd_kafka_NewTopic_t* request = rd_kafka_NewTopic_new(topic.c_str(), partitions, 1, reason, sizeof reason);
    for (const auto& [name, value] : config) rd_kafka_NewTopic_set_config(request, name.c_str(), value.c_str());
    rd_kafka_CreateTopics(client, &request, 1, nullptr, queue);
    rd_kafka_NewTopic_destroy(request);
  });
}

void KafkaBroker::DeleteTopic(const std::string& topic) {
  Administer(address_, "delete " + topic, [&](rd_kafka_t* client, rd_kafka_queue_t* queue) {
    rd_kafka_DeleteTopic_t* request = rd_kafka_DeleteTopic_new(topic.c_str());
    rd_kafka_DeleteTopics(client, &request, 1, nullptr, queue);
    rd_kafka_DeleteTopic_destroy(request);
  });
  const Handle client(RD_KAFKA_PRODUCER, {{"bootstrap.servers", address_}});
  while (TopicExists(client.get(), topic)) std::this_thread::sleep_for(std::chrono::milliseconds(20));
}

void KafkaBroker::AddPartitions(const std::string& topic, int partitions) {
  Administer(address_, "grow " + topic, [&](rd_kafka_t* client, rd_kafka_queue_t* queue) {
    char reason[256];
    rd_kafka_NewPartitions_t* request =
        rd_kafka_NewPartitions_new(topic.c_str(), static_cast<size_t>(partitions), reason, sizeof reason);
    rd_kafka_CreatePartitions(client, &request, 1, nullptr, queue);
    rd_kafka_NewPartitions_destroy(request);
  });
  // Until they have leaders, records for them are refused.
  const Handle client(RD_KAFKA_PRODUCER, {{"bootstrap.servers", address_}});
  while (PartitionsOf(client.get(), topic) < partitions) std::this_thread::sleep_for(std::chrono::milliseconds(20));
}

void KafkaBroker::Produce(const std::string& topic, int32_t partition, const std::vector<ProducedRecord>& records,
                          const std::string& codec) {
  size_t delivered = 0;
  const Handle producer(
      RD_KAFKA_PRODUCER,
      {{"bootstrap.servers", address_},
       {"compression.codec", codec},
       {"linger.ms", "500"},  // one batch; flush does not wait for it
       {"batch.size", "100000000"},
       {"message.max.bytes", "100000000"}},
      [](rd_kafka_t*, const rd_kafka_message_t* message, void* count) {
        if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) ++*static_cast<size_t*>(count);
      },
      &delivered);
  for (const ProducedRecord& record : records) ProduceOne(producer.get(), topic, partition, record);
  Check(rd_kafka_flush(producer.get(), kTimeoutMs), "flush " + topic);
  if (delivered != records.size()) Fail("not all records were acknowledged: " + topic);
}

int64_t KafkaBroker::Committed(const std::string& group, const std::string& topic, int32_t partition) {
  const Handle consumer(RD_KAFKA_CONSUMER, {{"bootstrap.servers", address_}, {"group.id", group}});
  rd_kafka_topic_partition_list_t* list = rd_kafka_topic_partition_list_new(1);
  rd_kafka_topic_partition_list_add(list, topic.c_str(), partition);
  Check(rd_kafka_committed(consumer.get(), list, kTimeoutMs), "committed");
  const int64_t offset = list->elems[0].offset;
  rd_kafka_topic_partition_list_destroy(list);
  return offset < 0 ? -1 : offset;
}

std::vector<ProducedRecord> Numbered(const std::string& prefix, int count) {
  std::vector<ProducedRecord> records;
  for (int i = 0; i < count; ++i) records.push_back({prefix + std::to_string(i), "", {}});
  return records;
}

}  // namespace faultline::testing
