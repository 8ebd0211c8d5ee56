#include "deploy/cli/offline_server.h"

#include <grpcpp/server_builder.h>
#include <grpcpp/support/channel_arguments.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>

#include "deploy/cli/target.h"
#include "deploy/event_explainer.h"
#include "query/failure_query_service.h"

namespace faultline::deploy {
namespace {

// A server shares the machine and keeps its graph; this program is gone after one answer, and one over all of a store
// is better than a partial one. So a quarter of the machine's memory, and never less than a server takes.
int64_t MaxGraphEvents(int64_t server_default) {
  constexpr int64_t kBytesAnEvent = 128;  // query/unit_graph.h, and what is worked out from it
  const int64_t memory = int64_t{sysconf(_SC_PHYS_PAGES)} * sysconf(_SC_PAGESIZE);
  return std::max(server_default, memory / 4 / kBytesAnEvent);
}

}  // namespace

absl::StatusOr<std::unique_ptr<OfflineServer>> OfflineServer::Start(store::Store& store, const Pseudonyms* pseudonyms,
                                                                    const std::vector<std::string>& rules) {
  query::ServiceOptions options;
  options.max_deadline_seconds = 24 * 3600;  // nobody else waits
  options.correlator.max_graph_events = MaxGraphEvents(options.correlator.max_graph_events);
  options.explainer = MakeEventExplainer(LoadedWhenAsked(RulesOrDefault(rules)));
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
