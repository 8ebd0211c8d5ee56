// The HTTP side: /metrics for Prometheus, /livez and /readyz for whoever restarts
// and routes, and, where queries are let in, the API for browsers, the page,
// and the reads of Grafana's data sources.
//
// livez says that the process answers; it tests nothing, Kafka least of all,
// since a restart would mend nothing. readyz is 503 until every part of Health is well;
// with ?verbose it names them.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "deploy/server/connect_front.h"
#include "deploy/server/health.h"
#include "deploy/server/http_access.h"
#include "deploy/server/http_exchange.h"
#include "deploy/server/http_page.h"
#include "deploy/server/http_slots.h"
#include "deploy/server/http_tails.h"

struct mg_context;

namespace faultline::deploy {

struct HttpOptions {
  std::string listen = "127.0.0.1:7412";  // HOST:PORT, IPv4; port 0 takes a free one
  bool queries = true;                    // the API and the page, to whoever reaches the port
  // Pages of other origins that may ask, "https://HOST[:PORT]"; "*" for all.
  std::vector<std::string> allowed_origins;
  int max_calls = 16;  // queries at once, >= 1; more are refused. Eight more threads answer the rest
};

class HttpServer {
 public:
  // Listens. `health` must outlive the server; `metrics` returns the text of
  // /metrics and may be called from several threads. Errors: InvalidArgument for an
  // address or an origin that is none, Unavailable when it cannot be bound.
  static absl::StatusOr<std::unique_ptr<HttpServer>> Start(const HttpOptions& options, const Health& health,
                                                           std::function<std::string()> metrics);
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  int port() const;
  // See ConnectFront.
  void Attach(std::shared_ptr<grpc::ChannelInterface> channel) { front_.Attach(std::move(channel)); }
  void Detach() { front_.Detach(); }

  // Answers one request, on its thread.
  void Answer(HttpExchange& exchange);

 private:
  HttpServer(const HttpOptions& options, const Health& health, std::function<std::string()> metrics);
  // Whether queries are answered to whoever asks `exchange`. Errors: PermissionDenied.
  absl::Status Admit(const HttpExchange& exchange) const;
  void AnswerGet(HttpExchange& exchange) const;
  void AnswerGrafana(HttpExchange& exchange);
  void AnswerReady(HttpExchange& exchange) const;
  void AnswerPreflight(HttpExchange& exchange) const;

  const HttpOptions options_;
  const Health& health_;
  const std::function<std::string()> metrics_;
  const HttpAccess access_;
  const HttpPage page_;
  HttpSlots slots_;
  ConnectFront front_;
  HttpTails tails_;
  mg_context* context_ = nullptr;
};

}  // namespace faultline::deploy
