// The query service over a store in this process, without a network.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "base/pseudonym.h"
#include "faultline/v1/failure_query_service.grpc.pb.h"
#include "grpcpp/server.h"
#include "store/store.h"

namespace faultline::deploy {

class OfflineServer {
 public:
  // `store` and `pseudonyms` (may be null) must outlive it. `rules` as in RulesOrDefault: what explains events.
  static absl::StatusOr<std::unique_ptr<OfflineServer>> Start(store::Store& store, const Pseudonyms* pseudonyms,
                                                              const std::vector<std::string>& rules);
  ~OfflineServer();

  faultline::v1::FailureQueryService::StubInterface& stub() { return *stub_; }

 private:
  OfflineServer() = default;

  std::unique_ptr<faultline::v1::FailureQueryService::Service> service_;
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<faultline::v1::FailureQueryService::StubInterface> stub_;
};

}  // namespace faultline::deploy
