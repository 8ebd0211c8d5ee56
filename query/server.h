// The gRPC server: the query service, health and reflection on one port.
//
// Thread-safe.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "faultline/v1/failure_query_service.grpc.pb.h"

namespace faultline::query {

struct TlsOptions {
  // Files in PEM. Both or none; without them the port speaks plain text.
  std::string certificate_file;
  std::string key_file;
  // Callers must show a certificate that this authority signed; empty lets
  // everybody in.
  std::string client_authority_file;
};

struct ServerOptions {
  std::string address = "127.0.0.1:9443";  // host:port; port 0 takes a free one
  TlsOptions tls;
  int max_threads = 64;                   // of gRPC; >= 4; more calls at once are refused
  int max_request_bytes = 64 << 10;       // a request holds filters and ids
  int max_streams_per_connection = 100;   // calls at once on one connection
  int max_connection_idle_seconds = 600;  // closed without a call for so long
  int max_connection_age_seconds = 3600;  // closed, calls in flight may finish
};

class Server {
 public:
  // Listens. `service` must outlive the server. Errors: InvalidArgument for an
  // incomplete TLS configuration, NotFound for a file that cannot be read,
  // Unavailable when the address cannot be bound.
  static absl::StatusOr<std::unique_ptr<Server>> Start(const ServerOptions& options,
                                                       faultline::v1::FailureQueryService::Service& service);
  virtual ~Server() = default;

  // The port in use.
  virtual int port() const = 0;
  // A channel that reaches the service without a network.
  virtual std::shared_ptr<grpc::Channel> InProcessChannel() = 0;
  // Says NOT_SERVING to health checks, takes no new calls, and lets running
  // ones finish for `grace`, then cancels them. Idempotent; the destructor
  // does it with no grace.
  virtual void Shutdown(std::chrono::milliseconds grace) = 0;
};

}  // namespace faultline::query
