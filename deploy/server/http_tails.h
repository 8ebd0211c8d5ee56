// Followers over WebSocket: Loki's tail, which Grafana's live view opens.
//
// Each holds a thread of the HTTP server and one of its own. They are let in as queries are. Thread-safe.
#pragma once

#include <functional>
#include <memory>

#include "absl/status/status.h"
#include "deploy/server/http_exchange.h"
#include "deploy/server/http_slots.h"
#include "grpcpp/channel.h"

struct mg_connection;
struct mg_context;

namespace faultline::deploy {

// So many at once; more are refused with 429.
inline constexpr int kMaxTails = 8;

class HttpTails {
 public:
  // `gate` says who may ask (PermissionDenied), `channel` where; both must stay good while the HTTP server runs.
  HttpTails(std::function<absl::Status(const HttpExchange&)> gate,
            std::function<std::shared_ptr<grpc::ChannelInterface>()> channel)
      : gate_(std::move(gate)), channel_(std::move(channel)) {}

  // Before the server's other handlers. It must outlive `context`.
  void Register(mg_context* context);

 private:
  class Follower;
  // Whether the handshake may go on; an answer was sent where not.
  bool Accept(mg_connection* connection);
  static void Begin(mg_connection* connection);
  static void End(const mg_connection* connection);

  const std::function<absl::Status(const HttpExchange&)> gate_;
  const std::function<std::shared_ptr<grpc::ChannelInterface>()> channel_;
  HttpSlots slots_{kMaxTails};
};

}  // namespace faultline::deploy
