// Calls of the query service on behalf of an HTTP request.
#pragma once

#include <grpcpp/client_context.h>
#include <grpcpp/support/status.h>

#include <chrono>
#include <string>

#include "absl/status/status.h"

namespace faultline::deploy {

inline absl::Status FromRpcStatus(const grpc::Status& status) {
  return {static_cast<absl::StatusCode>(status.error_code()), status.error_message()};
}

// Calls `method` of `service`, for at most 30 s; the service's own deadline is shorter or the same.
template <typename Service, typename Request, typename Response>
absl::Status CallService(Service& service,
                         grpc::Status (Service::*method)(grpc::ClientContext*, const Request&, Response*),
                         const Request& request, Response& response) {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(30));
  return FromRpcStatus((service.*method)(&context, request, &response));
}

}  // namespace faultline::deploy
