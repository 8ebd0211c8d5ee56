// A real gRPC server with the Echo service behind a real HTTP port.
#pragma once

#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <string>
#include <thread>

#include "deploy/server/http_server.h"
#include "http/echo.grpc.pb.h"

namespace faultline::testing {

class EchoService final : public Echo::Service {
 public:
  grpc::Status Say(grpc::ServerContext* context, const EchoRequest* request, EchoResponse* response) override;
  grpc::Status Repeat(grpc::ServerContext* context, const EchoRequest* request,
                      grpc::ServerWriter<EchoResponse>* writer) override;

  std::atomic<int> running{0};    // calls
  std::atomic<int> cancelled{0};  // calls whose caller went away
};

// An answer off the wire.
struct HttpAnswer {
  int status = 0;
  std::string head;  // in lower case
  std::string body;  // chunks put together
};

// A server takes two seconds to stop: tests with the same options share one.
struct EchoServer {
  explicit EchoServer(deploy::HttpOptions options);
  ~EchoServer();

  EchoService service;
  deploy::Health health;
  std::unique_ptr<grpc::Server> grpc;
  std::unique_ptr<deploy::HttpServer> http;
};

class HttpFixture : public ::testing::Test {
 protected:
  static void TearDownTestSuite() { shared_.reset(); }
  // The server with the default options, made by the first that asks.
  void Start();
  // One of its own.
  void Start(const deploy::HttpOptions& options);

  // Sends `request` as it is and reads to the end.
  HttpAnswer Send(const std::string& request) const;
  HttpAnswer Post(const std::string& path, const std::string& type, const std::string& body,
                  const std::string& headers = "") const;
  // A connection on which `request` was sent.
  int Open(const std::string& request) const;

  EchoServer* server_ = nullptr;

 private:
  static inline std::unique_ptr<EchoServer> shared_;
  std::unique_ptr<EchoServer> own_;
};

// Waits until `condition()`; false after 20 s.
template <typename Condition>
bool Eventually(const Condition& condition) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (!condition() && std::chrono::steady_clock::now() < end) std::this_thread::yield();
  return condition();
}

}  // namespace faultline::testing
