// /metrics for Prometheus, /livez and /readyz for whoever restarts and routes.
//
// livez says that the process answers; it tests nothing, Kafka least of all,
// since a restart would mend nothing. readyz is 503 until every part of Health is well;
// with ?verbose it names them.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "deploy/server/health.h"

struct mg_context;

namespace faultline::deploy {

class HttpServer {
 public:
  // Listens on HOST:PORT (IPv4; port 0 takes a free one). `health` must outlive
  // the server; `metrics` returns the text of /metrics and may be called from
  // several threads. Errors: InvalidArgument for an address that is none,
  // Unavailable when it cannot be bound.
  static absl::StatusOr<std::unique_ptr<HttpServer>> Start(const std::string& listen, const Health& health,
                                                           std::function<std::string()> metrics);
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  int port() const;

  struct Reply {
    int status = 200;
    std::string content_type = "text/plain; charset=utf-8";
    std::string body;
  };
  // What is answered to GET `path` with `query` (behind the "?").
  Reply Answer(const std::string& path, const std::string& query) const;

 private:
  HttpServer(const Health& health, std::function<std::string()> metrics)
      : health_(health), metrics_(std::move(metrics)) {}

  const Health& health_;
  const std::function<std::string()> metrics_;
  mg_context* context_ = nullptr;
};

}  // namespace faultline::deploy
