// One call of any method, by its name and with its messages as bytes.
//
// The thread that asks waits; while it waits it looks whether the caller is
// still there, and cancels the call when not. Not thread-safe.
#pragma once

#include <grpcpp/client_context.h>
#include <grpcpp/completion_queue.h>
#include <grpcpp/generic/generic_stub.h>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "deploy/server/connect_protocol.h"

namespace faultline::deploy {

class ConnectCall {
 public:
  // `caller_gone` is asked four times a second.
  ConnectCall(std::shared_ptr<grpc::ChannelInterface> channel, std::function<bool()> caller_gone);
  ~ConnectCall();
  ConnectCall(const ConnectCall&) = delete;
  ConnectCall& operator=(const ConnectCall&) = delete;

  // Sends the one message. `path` is "/package.Service/Method".
  void Start(const std::string& path, const std::string& message, const Metadata& metadata,
             std::optional<std::chrono::microseconds> timeout);
  // The next message of the answer; false when there is none any more.
  bool Read(std::string& message);
  // Ends the call before its time.
  void Cancel() { context_.TryCancel(); }
  // How it went; after Read was false, or Cancel.
  grpc::Status Finish();

  // The answer's, after the first Read and after Finish.
  Metadata Headers() const;
  Metadata Trailers() const;

 private:
  // Waits for the one operation in flight; false when it failed.
  bool Wait();

  grpc::GenericStub stub_;
  const std::function<bool()> caller_gone_;
  grpc::ClientContext context_;
  grpc::CompletionQueue queue_;
  std::unique_ptr<grpc::GenericClientAsyncReaderWriter> stream_;
};

}  // namespace faultline::deploy
