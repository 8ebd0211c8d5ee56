#include "deploy/server/http_grafana.h"

#include <string>

#include "deploy/server/connect_protocol.h"
#include "deploy/server/http_form.h"
#include "deploy/server/jaeger_reads.h"
#include "deploy/server/json_text.h"
#include "deploy/server/loki_reads.h"
#include "fmt/format.h"

namespace faultline::deploy {
namespace {

constexpr std::string_view kLoki = "/loki/api/v1/";
constexpr std::string_view kJaeger = "/jaeger/api/";
constexpr char kText[] = "text/plain; charset=utf-8";
constexpr size_t kMaxFormBytes = 64 << 10;

// Jaeger's errors are JSON, Loki's are plain text.
void Refuse(HttpExchange& exchange, bool jaeger, const absl::Status& status) {
  const int code = HttpStatus(static_cast<grpc::StatusCode>(status.code()));
  const std::string words(status.message());
  if (!jaeger) return exchange.Reply(code, kText, words + "\n");
  exchange.Reply(code, "application/json",
                 fmt::format(R"({{"data":null,"errors":[{{"code":{},"msg":{}}}]}})", code, JsonString(words)));
}

}  // namespace

bool IsGrafanaRead(std::string_view path) { return path.starts_with(kLoki) || path.starts_with(kJaeger); }

void AnswerGrafanaRead(HttpExchange& exchange, const std::shared_ptr<grpc::ChannelInterface>& channel) {
  const bool jaeger = exchange.path().starts_with(kJaeger);
  if (channel == nullptr) {
    return Refuse(exchange, jaeger,
                  absl::UnavailableError("no queries are answered here yet; /readyz?verbose says why"));
  }
  HttpForm form;
  form.Add(exchange.query());
  if (exchange.method() == "POST") {
    const absl::StatusOr<std::string> body = exchange.ReadBody(kMaxFormBytes);
    if (!body.ok()) return Refuse(exchange, jaeger, body.status());
    form.Add(*body);
  }
  const auto service = v1::FailureQueryService::NewStub(channel);
  const absl::StatusOr<std::string> answer =
      jaeger ? JaegerReads(*service).Answer(exchange.path().substr(kJaeger.size()), form)
             : LokiReads(*service).Answer(exchange.path().substr(kLoki.size()), form);
  if (!answer.ok()) return Refuse(exchange, jaeger, answer.status());
  exchange.Reply(200, "application/json", *answer);
}

}  // namespace faultline::deploy
