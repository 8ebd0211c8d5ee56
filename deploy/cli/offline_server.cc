#include "deploy/cli/offline_server.h"

#include <grpcpp/server_builder.h>
#include <grpcpp/support/channel_arguments.h>

#include "query/failure_query_service.h"

namespace faultline::deploy {

absl::StatusOr<std::unique_ptr<OfflineServer>> OfflineServer::Start(store::Store& store, const Pseudonyms* pseudonyms) {
  query::ServiceOptions options;
  options.max_deadline_seconds = 24 * 3600;  // nobody else waits
  std::unique_ptr<OfflineServer> offline(new OfflineServer);
  offline->service_ = query::MakeFailureQueryService(options, store, pseudonyms, [] { return query::RuntimeStatus{}; });
  grpc::ServerBuilder builder;
  builder.RegisterService(offline->service_.get());
  builder.SetSyncServerOption(grpc::ServerBuilder::SyncServerOption::MAX_POLLERS, 1);
  builder.SetMaxSendMessageSize(-1);
  offline->server_ = builder.BuildAndStart();
  if (offline->server_ == nullptr) return absl::InternalError("gRPC did not start an in-process server");
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(-1);
  offline->stub_ = faultline::v1::FailureQueryService::NewStub(offline->server_->InProcessChannel(arguments));
  return offline;
}

OfflineServer::~OfflineServer() {
  stub_.reset();
  if (server_ == nullptr) return;
  server_->Shutdown(std::chrono::system_clock::now());
  server_->Wait();
}

}  // namespace faultline::deploy
