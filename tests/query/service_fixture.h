// The query service behind a real gRPC server on a free port.
#pragma once

#include <grpcpp/create_channel.h>

#include <memory>
#include <string>

#include "query/failure_query_service.h"
#include "query/server.h"
#include "tests/testing/status_matchers.h"

namespace faultline::query {

class ServiceFixture {
 public:
  explicit ServiceFixture(store::Store& store, const ServiceOptions& options = {}, const Pseudonyms* key = nullptr,
                          const std::string& role = "query")
      : service_(MakeFailureQueryService(options, store, key, [role] {
          RuntimeStatus status;
          status.role = role;
          status.rules = 3;
          status.lag["file:test"] = 5;
          return status;
        })) {
    ServerOptions server_options;
    server_options.address = "127.0.0.1:0";
    auto server = Server::Start(server_options, *service_);
    EXPECT_THAT(server, testing::IsOk());
    server_ = *std::move(server);
    channel_ = grpc::CreateChannel("127.0.0.1:" + std::to_string(server_->port()), grpc::InsecureChannelCredentials());
    stub_ = v1::FailureQueryService::NewStub(channel_);
  }

  v1::FailureQueryService::Stub& stub() { return *stub_; }
  std::shared_ptr<grpc::Channel> channel() { return channel_; }
  Server& server() { return *server_; }

  // Calls a method and gives the response, or the error.
  template <typename Request, typename Response>
  grpc::Status Call(grpc::Status (v1::FailureQueryService::Stub::*method)(grpc::ClientContext*, const Request&,
                                                                          Response*),
                    const Request& request, Response& response) {
    grpc::ClientContext context;
    response.Clear();
    return (stub_.get()->*method)(&context, request, &response);
  }

 private:
  const std::unique_ptr<v1::FailureQueryService::Service> service_;
  std::unique_ptr<Server> server_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<v1::FailureQueryService::Stub> stub_;
};

}  // namespace faultline::query
