// OTLP in as the configuration wants it: the producer and the port before it.
#pragma once

#include <chrono>
#include <memory>

#include "absl/status/statusor.h"
#include "deploy/server/config.h"
#include "deploy/server/otlp_front.h"
#include "ingest/kafka_sink.h"

namespace faultline::deploy {

class OtlpIntake {
 public:
  // Null where otlp.listen is empty. Errors: as KafkaSink::Start and OtlpFront::Start.
  static absl::StatusOr<std::unique_ptr<OtlpIntake>> Start(const Config& config);

  const OtlpCounters& counters() const { return front_->counters(); }
  int64_t bytes_in_flight() const { return sink_->bytes_in_flight(); }
  // Takes nothing new; what is on its way may arrive for `grace`. Idempotent.
  void Stop(std::chrono::milliseconds grace) {
    sink_->Stop(grace);
    front_->Shutdown(std::chrono::milliseconds(0));
  }

 private:
  OtlpIntake() = default;

  std::unique_ptr<ingest::KafkaSink> sink_;
  std::unique_ptr<OtlpFront> front_;  // goes first
};

}  // namespace faultline::deploy
