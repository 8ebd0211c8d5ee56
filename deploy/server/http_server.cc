#include "deploy/server/http_server.h"

#include <civetweb.h>

#include <string_view>
#include <utility>

#include "base/status_macros.h"
#include "deploy/server/http_grafana.h"

namespace faultline::deploy {
namespace {

constexpr char kText[] = "text/plain; charset=utf-8";
constexpr std::string_view kMethods = "/methods/";
constexpr int kThreadsBesideCalls = 8;  // health and metrics are answered while queries wait

int Handle(mg_connection* connection, void* server) {
  HttpExchange exchange(connection);
  static_cast<HttpServer*>(server)->Answer(exchange);
  return exchange.status();
}

bool IsOperational(std::string_view path) { return path == "/metrics" || path == "/livez" || path == "/readyz"; }

// "0.0.0.0:1" and "127.0.0.1:1" as civetweb wants them. "+8080" would listen on IPv6 too; a bare
// port listens on every address.
absl::StatusOr<std::string> ListeningPort(const std::string& listen) {
  const size_t colon = listen.rfind(':');
  if (colon == std::string::npos || listen.find_first_not_of("0123456789", colon + 1) != std::string::npos ||
      colon + 1 == listen.size()) {
    return absl::InvalidArgumentError("http.listen: \"" + listen + "\" is not HOST:PORT");
  }
  return listen.substr(0, colon) == "0.0.0.0" ? listen.substr(colon + 1) : listen;
}

}  // namespace

HttpServer::HttpServer(const HttpOptions& options, const Health& health, std::function<std::string()> metrics)
    : options_(options),
      health_(health),
      metrics_(std::move(metrics)),
      access_(options.listen, options.allowed_origins),
      slots_(options.max_calls),
      front_(slots_),
      tails_([this](const HttpExchange& exchange) { return Admit(exchange); }, [this] { return front_.channel(); }) {}

absl::StatusOr<std::unique_ptr<HttpServer>> HttpServer::Start(const HttpOptions& options, const Health& health,
                                                              std::function<std::string()> metrics) {
  ASSIGN_OR_RETURN(const std::string port, ListeningPort(options.listen));
  RETURN_IF_ERROR(HttpAccess::CheckOrigins(options.allowed_origins));
  std::unique_ptr<HttpServer> server(new HttpServer(options, health, std::move(metrics)));
  const std::string threads = std::to_string(options.max_calls + kMaxTails + kThreadsBesideCalls);
  const char* settings[] = {"listening_ports",
                            port.c_str(),
                            "num_threads",
                            threads.c_str(),
                            "enable_directory_listing",
                            "no",
                            "request_timeout_ms",
                            "10000",
                            "websocket_timeout_ms",
                            "10000",
                            "enable_websocket_ping_pong",
                            "yes",
                            "max_request_size",
                            "16384",
                            "access_control_allow_origin",  // preflights are ours
                            "",
                            "access_control_allow_methods",
                            "",
                            nullptr};
  mg_init_library(0);
  const mg_callbacks callbacks{};
  server->context_ = mg_start(&callbacks, nullptr, settings);
  if (server->context_ == nullptr) {
    return absl::UnavailableError("cannot listen for HTTP on " + options.listen + "; is the port in use?");
  }
  server->tails_.Register(server->context_);
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

absl::Status HttpServer::Admit(const HttpExchange& exchange) const {
  if (!options_.queries) {
    return absl::PermissionDeniedError("queries are not answered over HTTP here; http.queries lets them in");
  }
  return access_.Check(exchange.Header("host"), exchange.Header("origin"));
}

void HttpServer::AnswerReady(HttpExchange& exchange) const {
  const bool ready = health_.ready();
  std::string body;
  if (exchange.query() == "verbose") {
    for (const auto& [part, reason] : health_.Parts()) {
      body += part + ": " + (reason.empty() ? "ok" : reason) + "\n";
    }
  }
  exchange.Reply(ready ? 200 : 503, kText, body + (ready ? "ready\n" : "not ready\n"));
}

void HttpServer::AnswerPreflight(HttpExchange& exchange) const {
  exchange.AddHeader("Access-Control-Allow-Methods", "GET, POST");
  const std::string_view asked = exchange.Header("access-control-request-headers");
  if (!asked.empty()) exchange.AddHeader("Access-Control-Allow-Headers", asked);
  exchange.AddHeader("Access-Control-Max-Age", "7200");
  exchange.Reply(204, "", "");
}

void HttpServer::AnswerGrafana(HttpExchange& exchange) {
  const HttpSlots::Slot slot(slots_);
  if (!slot.taken()) return exchange.Reply(429, kText, "too many queries at once; try again in a second\n");
  AnswerGrafanaRead(exchange, front_.channel());
}

void HttpServer::AnswerGet(HttpExchange& exchange) const {
  if (page_.Handle(exchange)) return;
  // What a page may ask, so that it need not try what an older server lacks.
  if (exchange.path().starts_with(kMethods)) {
    const std::string service(exchange.path().substr(kMethods.size()));
    return exchange.Reply(200, "application/json", front_.MethodsJson(service));
  }
  exchange.Reply(404, kText,
                 "there are / (the dashboard), /metrics, /livez and /readyz, and POST /package.Service/Method\n");
}

void HttpServer::Answer(HttpExchange& exchange) {
  const std::string_view method = exchange.method();
  const bool reads = method == "GET" || method == "HEAD";
  if (IsOperational(exchange.path())) {
    if (!reads) return exchange.Reply(405, kText, "only GET\n");
    if (exchange.path() == "/readyz") return AnswerReady(exchange);
    if (exchange.path() == "/livez") return exchange.Reply(200, kText, "alive\n");
    return exchange.Reply(200, "text/plain; version=0.0.4; charset=utf-8", metrics_());
  }
  const std::string_view origin = exchange.Header("origin");
  const absl::Status allowed = Admit(exchange);
  if (!allowed.ok()) return exchange.Reply(403, kText, std::string(allowed.message()) + "\n");
  if (access_.Listed(origin)) {
    exchange.AddHeader("Access-Control-Allow-Origin", origin);
    exchange.AddHeader("Access-Control-Expose-Headers", "*");
    exchange.AddHeader("Vary", "Origin");
  }
  if (IsGrafanaRead(exchange.path()) && (reads || method == "POST")) return AnswerGrafana(exchange);
  if (reads) return AnswerGet(exchange);
  if (method == "POST") return front_.Handle(exchange);
  if (method == "OPTIONS") return AnswerPreflight(exchange);
  exchange.Reply(405, kText, "only GET, POST and OPTIONS\n");
}

}  // namespace faultline::deploy
