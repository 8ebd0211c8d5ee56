// Every method of every service over HTTP, for browsers and curl: Connect and
// gRPC-Web, one request message, one answer or a stream of them.
//
// Nothing here knows a method. POST /package.Service/Method is looked up in the
// descriptors, transcoded where it is JSON, and asked over a channel into the gRPC
// server of this process, so that limits, deadlines and metrics are those of gRPC.
//
// Requests are at most 256 KiB. Methods that take a stream of requests are not
// served, nor are compressed bodies.
//
// Thread-safe.
#pragma once

#include <grpcpp/impl/codegen/channel_interface.h>

#include <memory>

#include "base/mutex.h"
#include "deploy/server/connect_protocol.h"
#include "deploy/server/connect_transcoder.h"
#include "deploy/server/http_exchange.h"
#include "deploy/server/http_slots.h"

namespace faultline::deploy {

class ConnectFront {
 public:
  // Calls beyond `slots`, which must outlive it, are refused with RESOURCE_EXHAUSTED.
  explicit ConnectFront(HttpSlots& slots) : slots_(slots) {}

  // Calls are UNAVAILABLE before Attach and after Detach. The server behind
  // `channel` must outlive Detach and the calls that run then.
  void Attach(std::shared_ptr<grpc::ChannelInterface> channel) ABSL_LOCKS_EXCLUDED(mu_);
  void Detach() ABSL_LOCKS_EXCLUDED(mu_);
  std::shared_ptr<grpc::ChannelInterface> channel() const ABSL_LOCKS_EXCLUDED(mu_);

  // Which methods a service of this program has, as a JSON list of names.
  std::string MethodsJson(const std::string& service) const { return transcoder_.MethodsJson(service); }

  // Answers a POST to `exchange.path()`.
  void Handle(HttpExchange& exchange);

 private:
  HttpSlots& slots_;
  const ConnectTranscoder transcoder_;
  mutable Mutex mu_;
  std::shared_ptr<grpc::ChannelInterface> channel_ ABSL_GUARDED_BY(mu_);
};

}  // namespace faultline::deploy
