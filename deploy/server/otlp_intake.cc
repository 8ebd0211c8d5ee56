#include "deploy/server/otlp_intake.h"

#include "absl/strings/str_join.h"
#include "base/log.h"
#include "base/status_macros.h"

namespace faultline::deploy {

absl::StatusOr<std::unique_ptr<OtlpIntake>> OtlpIntake::Start(const Config& config) {
  if (config.otlp.listen.empty()) return nullptr;
  ingest::KafkaSinkOptions sink;
  sink.brokers = absl::StrJoin(config.kafka.brokers, ",");
  sink.topic = config.otlp.topic;
  sink.properties = config.kafka.properties;
  sink.max_bytes_in_flight = config.otlp.max_in_flight_bytes;
  sink.ack_timeout_ms = config.otlp.ack_timeout_ms;
  std::unique_ptr<OtlpIntake> intake(new OtlpIntake);
  ASSIGN_OR_RETURN(intake->sink_, ingest::KafkaSink::Start(sink));
  OtlpFrontOptions front;
  front.address = config.otlp.listen;
  front.tls = config.otlp.tls;
  front.max_request_bytes = static_cast<int>(config.otlp.max_request_bytes);
  front.max_value_bytes = static_cast<size_t>(config.otlp.max_record_bytes);
  ASSIGN_OR_RETURN(intake->front_, OtlpFront::Start(front, *intake->sink_));
  LogInfo("otlp taken in", {{"port", intake->front_->port()}, {"topic", config.otlp.topic}});
  return intake;
}

}  // namespace faultline::deploy
