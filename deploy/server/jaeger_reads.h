// The four reads of Jaeger's HTTP API that Grafana's Jaeger data source makes: a journey as a trace.
//
// Paths below /jaeger/api/: services, services/NAME/operations, traces, traces/ID. Every record of a journey is a
// span of no length at its time, below one span for the whole journey. An id may be any that GetJourney takes.
//
// Thread-safe.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "deploy/server/http_form.h"
#include "faultline/v1/failure_query_service.grpc.pb.h"

namespace faultline::deploy {

class JaegerReads {
 public:
  explicit JaegerReads(faultline::v1::FailureQueryService::StubInterface& service) : service_(service) {}

  // The JSON that answers `path`, the part behind "/jaeger/api/". Errors: NotFound for another path or an
  // id that no record carries, InvalidArgument, and those of the service.
  absl::StatusOr<std::string> Answer(std::string_view path, const HttpForm& form);

 private:
  absl::StatusOr<std::string> Services();
  absl::StatusOr<std::string> Operations(const std::string& service);
  absl::StatusOr<std::string> Traces(const HttpForm& form);
  // One trace; empty when no record carries the id.
  absl::StatusOr<std::string> Trace(const std::string& id);

  faultline::v1::FailureQueryService::StubInterface& service_;
};

}  // namespace faultline::deploy
