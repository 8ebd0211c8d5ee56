#include "deploy/server/connect_front.h"

#include <string>
#include <utility>

#include "base/status_macros.h"
#include "deploy/server/connect_answer.h"
#include "deploy/server/connect_call.h"
#include "deploy/server/http_text.h"
#include "fmt/format.h"

namespace faultline::deploy {
namespace {

using google::protobuf::MethodDescriptor;

constexpr size_t kMaxBodyBytes = 256 << 10;
constexpr char kForms[] =
    "application/json, application/proto, application/connect+json, application/connect+proto, application/grpc-web, "
    "application/grpc-web+json, application/grpc-web-text";

struct Request {
  std::string message;  // bytes
  Metadata metadata;
  std::optional<std::chrono::microseconds> timeout;
};

grpc::Status ToStatus(const absl::Status& status) {
  return {static_cast<grpc::StatusCode>(status.code()), std::string(status.message())};
}

// Metadata that is no valid base64 or text is an error: it may be what authorises.
absl::StatusOr<Metadata> MetadataOf(const HttpExchange& exchange) {
  Metadata metadata;
  for (const auto& [name, value] : exchange.Headers()) {
    if (!IsMetadata(name)) continue;
    std::optional<std::string> decoded = FromHeader(name, value);
    if (!decoded) return absl::InvalidArgumentError("header " + name + ": not base64 or not plain text");
    metadata.emplace(name, *std::move(decoded));
  }
  return metadata;
}

absl::Status CheckCoding(const HttpExchange& exchange) {
  for (const char* header : {"content-encoding", "connect-content-encoding", "grpc-encoding"}) {
    const std::string_view coding = exchange.Header(header);
    if (coding.empty() || coding == "identity") continue;
    return absl::UnimplementedError(fmt::format("{}: only identity is understood", header));
  }
  return absl::OkStatus();
}

absl::StatusOr<Request> ReadRequest(HttpExchange& exchange, const WireForm& form, const MethodDescriptor& method,
                                    const ConnectTranscoder& transcoder) {
  RETURN_IF_ERROR(CheckCoding(exchange));
  Request request;
  ASSIGN_OR_RETURN(request.metadata, MetadataOf(exchange));
  ASSIGN_OR_RETURN(request.timeout, form.grpc_web ? GrpcTimeout(exchange.Header("grpc-timeout"))
                                                  : ConnectTimeout(exchange.Header("connect-timeout-ms")));
  ASSIGN_OR_RETURN(std::string body, exchange.ReadBody(kMaxBodyBytes));
  if (form.base64) {
    std::optional<std::string> decoded = FromBase64(body);
    if (!decoded) return absl::InvalidArgumentError("the request is not base64");
    body = *std::move(decoded);
  }
  if (form.enveloped) {
    ASSIGN_OR_RETURN(const std::string_view message, OnlyMessage(body));
    body = std::string(message);
  }
  if (form.json) {
    ASSIGN_OR_RETURN(body, transcoder.FromJson(*method.input_type(), body));
  }
  request.message = std::move(body);
  return request;
}

absl::Status CheckMethod(const MethodDescriptor* method, std::string_view path) {
  if (method == nullptr) {
    return absl::UnimplementedError(fmt::format("there is no method {}", path.substr(0, 200)));
  }
  if (method->client_streaming()) {
    return absl::UnimplementedError(method->name() + " takes a stream, which needs gRPC");
  }
  return absl::OkStatus();
}

// Sends what the call gives on; the end of it all.
void Relay(ConnectCall& call, ConnectAnswer& answer, const WireForm& form, const MethodDescriptor& method,
           const ConnectTranscoder& transcoder) {
  std::string message;
  absl::Status transcoded;
  while (call.Read(message)) {
    if (form.json) {
      absl::StatusOr<std::string> json = transcoder.ToJson(*method.output_type(), message);
      transcoded = json.status();
      if (json.ok()) message = *std::move(json);
    }
    if (!transcoded.ok() || !answer.Send(message, call.Headers())) {
      call.Cancel();
      break;
    }
  }
  const grpc::Status status = call.Finish();
  answer.End(transcoded.ok() ? status : ToStatus(transcoded), call.Headers(), call.Trailers());
}

}  // namespace

void ConnectFront::Attach(std::shared_ptr<grpc::ChannelInterface> channel) {
  MutexLock lock(mu_);
  channel_ = std::move(channel);
}

void ConnectFront::Detach() {
  MutexLock lock(mu_);
  channel_.reset();
}

std::shared_ptr<grpc::ChannelInterface> ConnectFront::channel() const {
  MutexLock lock(mu_);
  return channel_;
}

void ConnectFront::Handle(HttpExchange& exchange) {
  const std::optional<WireForm> form = WireFormOf(exchange.Header("content-type"));
  const std::string path(exchange.path());
  const MethodDescriptor* method = transcoder_.Find(path);
  if (!form || (method != nullptr && !form->grpc_web && form->enveloped != method->server_streaming())) {
    exchange.AddHeader("Accept-Post", kForms);
    return exchange.Reply(415, "text/plain; charset=utf-8",
                          fmt::format("the Content-Type must be one of {}\n", kForms));
  }
  ConnectAnswer answer(exchange, *form);
  const auto refuse = [&answer](const absl::Status& status) { answer.End(ToStatus(status), {}, {}); };
  if (const absl::Status known = CheckMethod(method, path); !known.ok()) return refuse(known);
  const HttpSlots::Slot slot(slots_);
  if (!slot.taken()) {
    return refuse(absl::ResourceExhaustedError("too many calls at once; try again in a second"));
  }
  const absl::StatusOr<Request> request = ReadRequest(exchange, *form, *method, transcoder_);
  if (!request.ok()) return refuse(request.status());
  const std::shared_ptr<grpc::ChannelInterface> channel = this->channel();
  if (channel == nullptr) {
    return refuse(absl::UnavailableError("no queries are answered here yet; /readyz?verbose says what is missing"));
  }
  ConnectCall call(channel, [&exchange] { return exchange.PeerGone(); });
  call.Start(path, request->message, request->metadata, request->timeout);
  Relay(call, answer, *form, *method, transcoder_);
}

}  // namespace faultline::deploy
