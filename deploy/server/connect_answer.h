// The answer to one Connect or gRPC-Web request, in the form of the request.
//
// Not thread-safe.
#pragma once

#include <grpcpp/support/status.h>

#include <string>

#include "deploy/server/connect_call.h"
#include "deploy/server/connect_protocol.h"
#include "deploy/server/http_exchange.h"

namespace faultline::deploy {

class ConnectAnswer {
 public:
  // `exchange` must outlive it.
  ConnectAnswer(HttpExchange& exchange, WireForm form) : exchange_(exchange), form_(form) {}

  // A message of the answer. In Connect's unary form it is kept until End.
  // `headers` go before the first. False when the caller is gone.
  bool Send(const std::string& message, const Metadata& headers);
  // Ends the answer; once.
  void End(const grpc::Status& status, const Metadata& headers, const Metadata& trailers);

 private:
  bool Write(std::string_view frame);
  void Start(const Metadata& headers);
  void EndUnary(const grpc::Status& status, const Metadata& headers, const Metadata& trailers);

  HttpExchange& exchange_;
  const WireForm form_;
  bool started_ = false;
  std::string message_;
};

}  // namespace faultline::deploy
