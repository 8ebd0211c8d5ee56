#include "deploy/server/connect_answer.h"

#include "deploy/server/http_text.h"

namespace faultline::deploy {
namespace {

void AddHeaders(HttpExchange& exchange, std::string_view prefix, const Metadata& metadata) {
  for (const auto& [name, value] : metadata) {
    if (IsMetadata(name)) exchange.AddHeader(std::string(prefix) + name, ToHeader(name, value));
  }
}

std::string_view ContentType(const WireForm& form) {
  if (!form.grpc_web) return form.json ? "application/connect+json" : "application/connect+proto";
  if (form.base64) return "application/grpc-web-text+proto";
  return form.json ? "application/grpc-web+json" : "application/grpc-web+proto";
}

}  // namespace

bool ConnectAnswer::Write(std::string_view frame) {
  return exchange_.WriteChunk(form_.base64 ? ToBase64(frame) : std::string(frame));
}

void ConnectAnswer::Start(const Metadata& headers) {
  if (started_) return;
  started_ = true;
  AddHeaders(exchange_, "", headers);
  exchange_.StartStream(ContentType(form_));
}

bool ConnectAnswer::Send(const std::string& message, const Metadata& headers) {
  if (!form_.enveloped) {
    message_ = message;
    return true;
  }
  Start(headers);
  return Write(Envelope(kMessageFrame, message));
}

void ConnectAnswer::EndUnary(const grpc::Status& status, const Metadata& headers, const Metadata& trailers) {
  AddHeaders(exchange_, "", headers);
  AddHeaders(exchange_, "Trailer-", trailers);
  if (status.ok()) {
    exchange_.Reply(200, form_.json ? "application/json" : "application/proto", message_);
  } else {
    exchange_.Reply(HttpStatus(status.error_code()), "application/json", ConnectError(status));
  }
}

void ConnectAnswer::End(const grpc::Status& status, const Metadata& headers, const Metadata& trailers) {
  if (!form_.enveloped) return EndUnary(status, headers, trailers);
  Start(headers);
  Write(form_.grpc_web ? Envelope(kGrpcWebTrailerFrame, GrpcWebTrailers(status, trailers))
                       : Envelope(kConnectEndFrame, ConnectEnd(status, trailers)));
  exchange_.EndStream();
}

}  // namespace faultline::deploy
