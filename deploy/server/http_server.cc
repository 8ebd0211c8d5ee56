#include "deploy/server/http_server.h"

#include <civetweb.h>

#include <string_view>
#include <utility>

#include "fmt/format.h"

namespace faultline::deploy {
namespace {

std::string_view Reason(int status) {
  return status == 200   ? "OK"
         : status == 404 ? "Not Found"
         : status == 405 ? "Method Not Allowed"
                         : "Service Unavailable";
}

int Handle(mg_connection* connection, void* server) {
  const mg_request_info* request = mg_get_request_info(connection);
  const std::string_view method = request->request_method;
  HttpServer::Reply reply;
  if (method == "GET" || method == "HEAD") {
    reply =
        static_cast<const HttpServer*>(server)->Answer(request->local_uri == nullptr ? "" : request->local_uri,
                                                       request->query_string == nullptr ? "" : request->query_string);
  } else {
    reply = {405, "text/plain; charset=utf-8", "only GET\n"};
  }
  const std::string head = fmt::format(
      "HTTP/1.1 {} {}\r\nContent-Type: {}\r\nContent-Length: {}\r\nCache-Control: no-store\r\nConnection: "
      "close\r\n\r\n",
      reply.status, Reason(reply.status), reply.content_type, reply.body.size());
  mg_write(connection, head.data(), head.size());
  if (method != "HEAD") mg_write(connection, reply.body.data(), reply.body.size());
  return reply.status;
}

}  // namespace

absl::StatusOr<std::unique_ptr<HttpServer>> HttpServer::Start(const std::string& listen, const Health& health,
                                                              std::function<std::string()> metrics) {
  const size_t colon = listen.rfind(':');
  if (colon == std::string::npos || listen.find_first_not_of("0123456789", colon + 1) != std::string::npos ||
      colon + 1 == listen.size()) {
    return absl::InvalidArgumentError("http.listen: \"" + listen + "\" is not HOST:PORT");
  }
  std::unique_ptr<HttpServer> server(new HttpServer(health, std::move(metrics)));
  // "+8080" would listen on IPv6 too; a bare port listens on every address.
  const std::string port = listen.substr(0, colon) == "0.0.0.0" ? listen.substr(colon + 1) : listen;
  const char* options[] = {"listening_ports",
                           port.c_str(),
                           "num_threads",
                           "4",
                           "enable_directory_listing",
                           "no",
                           "request_timeout_ms",
                           "10000",
                           "max_request_size",
                           "8192",
                           nullptr};
  mg_init_library(0);
  const mg_callbacks callbacks{};
  server->context_ = mg_start(&callbacks, nullptr, options);
  if (server->context_ == nullptr) {
    return absl::UnavailableError("cannot listen for HTTP on " + listen + "; is the port in use?");
  }
  mg_set_request_handler(server->context_, "**", Handle, server.get());
  return server;
}

HttpServer::~HttpServer() {
  if (context_ != nullptr) mg_stop(context_);
  mg_exit_library();
}

int HttpServer::port() const {
  mg_server_port ports[1] = {};
  return mg_get_server_ports(context_, 1, ports) == 1 ? ports[0].port : 0;
}

HttpServer::Reply HttpServer::Answer(const std::string& path, const std::string& query) const {
  Reply reply;
  if (path == "/metrics") {
    reply.content_type = "text/plain; version=0.0.4; charset=utf-8";
    reply.body = metrics_();
  } else if (path == "/livez") {
    reply.body = "alive\n";
  } else if (path == "/readyz") {
    const bool ready = health_.ready();
    reply.status = ready ? 200 : 503;
    if (query == "verbose") {
      for (const auto& [part, reason] : health_.Parts()) {
        reply.body += fmt::format("{}: {}\n", part, reason.empty() ? "ok" : reason);
      }
    }
    reply.body += ready ? "ready\n" : "not ready\n";
  } else {
    reply = {404, "text/plain; charset=utf-8", "there are /metrics, /livez and /readyz\n"};
  }
  return reply;
}

}  // namespace faultline::deploy
