#include "query/server.h"

#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/resource_quota.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>

#include <algorithm>
#include <mutex>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "query/server_credentials.h"

namespace faultline::query {
namespace {

using Service = v1::FailureQueryService::Service;

// What one caller, or many, may take.
void SetLimits(const ServerOptions& options, grpc::ServerBuilder& builder) {
  grpc::ResourceQuota quota("faultline-query");
  quota.SetMaxThreads(std::max(4, options.max_threads));
  builder.SetResourceQuota(quota);
  builder.SetMaxReceiveMessageSize(options.max_request_bytes);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, options.max_streams_per_connection);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_IDLE_MS, options.max_connection_idle_seconds * 1000);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_MS, options.max_connection_age_seconds * 1000);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_GRACE_MS, 60'000);
  builder.AddChannelArgument(GRPC_ARG_MAX_METADATA_SIZE, 16 << 10);
  // Dead connections are noticed within two minutes; callers that ping more
  // often than every ten seconds are sent away.
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, 100'000);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 20'000);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, 10'000);
  // Two servers on one port would share its calls by chance.
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
}

class GrpcServer : public Server {
 public:
  GrpcServer(std::unique_ptr<grpc::Server> server, int port) : server_(std::move(server)), port_(port) {}
  ~GrpcServer() override { GrpcServer::Shutdown(std::chrono::milliseconds(0)); }

  int port() const override { return port_; }
  std::shared_ptr<grpc::Channel> InProcessChannel() override {
    grpc::ChannelArguments arguments;
    arguments.SetMaxReceiveMessageSize(-1);  // the answers are ours
    return server_->InProcessChannel(arguments);
  }
  void Shutdown(std::chrono::milliseconds grace) override {
    std::call_once(shut_down_, [&] {
      if (auto* health = server_->GetHealthCheckService()) health->SetServingStatus(false);
      server_->Shutdown(std::chrono::system_clock::now() + grace);
      server_->Wait();
    });
  }

 private:
  const std::unique_ptr<grpc::Server> server_;
  const int port_;
  std::once_flag shut_down_;
};

// Both are switches of the whole process, read when a server is built.
void EnableHealthAndReflection() {
  static std::once_flag once;
  std::call_once(once, [] {
    grpc::EnableDefaultHealthCheckService(true);
    grpc::reflection::InitProtoReflectionServerBuilderPlugin();
  });
}

}  // namespace

absl::StatusOr<std::unique_ptr<Server>> Server::Start(const ServerOptions& options, Service& service) {
  ASSIGN_OR_RETURN(const auto credentials, MakeServerCredentials(options.tls));
  EnableHealthAndReflection();
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort(options.address, credentials, &port);
  builder.RegisterService(&service);
  SetLimits(options, builder);
  std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  if (server == nullptr || port == 0) {
    return absl::UnavailableError(absl::StrCat("cannot listen on ", options.address,
                                               ": the port may be in use, the host unknown, or a TLS file no PEM"));
  }
  if (auto* health = server->GetHealthCheckService()) {
    health->SetServingStatus(std::string(v1::FailureQueryService::service_full_name()), true);
  }
  return std::make_unique<GrpcServer>(std::move(server), port);
}

}  // namespace faultline::query
