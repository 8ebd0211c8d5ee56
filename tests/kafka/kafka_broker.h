// A real Apache Kafka broker for tests, in a folder of its own, on free ports
// (deploy/kafka/). It dies with the object, and with the process.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tests/testing/temp_dir.h"

namespace faultline::testing {

struct ProducedRecord {
  std::optional<std::string> value;  // nullopt is a tombstone
  std::string key;
  std::vector<std::pair<std::string, std::string>> headers;
};

// All methods throw std::runtime_error when the broker does not do as told.
class KafkaBroker {
 public:
  // Fetches the broker's jars where they are missing and waits until it
  // answers. Nullptr, and why, where there is no java or no jars.
  static std::unique_ptr<KafkaBroker> Start(std::string& why_not);
  ~KafkaBroker();
  KafkaBroker(const KafkaBroker&) = delete;
  KafkaBroker& operator=(const KafkaBroker&) = delete;

  const std::string& address() const { return address_; }
  // Ends the process, and starts it again on the same data and ports.
  void Stop();
  void StartAgain();

  void CreateTopic(const std::string& topic, int partitions, const std::map<std::string, std::string>& config = {});
  // Waits until it is gone.
  void DeleteTopic(const std::string& topic);
  void AddPartitions(const std::string& topic, int partitions);
  // Returns when all are acknowledged. `codec` as in compression.codec.
  void Produce(const std::string& topic, int32_t partition, const std::vector<ProducedRecord>& records,
               const std::string& codec = "none");
  // The group's committed offset; -1 for none.
  int64_t Committed(const std::string& group, const std::string& topic, int32_t partition);

 private:
  KafkaBroker() = default;
  void Spawn();
  void WaitUntilReady();

  TempDir dir_;
  pid_t pid_ = -1;
  std::string address_;
};

// "PREFIX0" .. as records.
std::vector<ProducedRecord> Numbered(const std::string& prefix, int count);

}  // namespace faultline::testing
