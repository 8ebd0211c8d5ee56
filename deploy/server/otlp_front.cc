#include "deploy/server/otlp_front.h"

#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>

#include <mutex>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "ingest/otlp_split.h"
#include "opentelemetry/proto/collector/logs/v1/logs_service.grpc.pb.h"
#include "opentelemetry/v1/retry.pb.h"
#include "query/server_credentials.h"

namespace faultline::deploy {
namespace {

namespace collector = opentelemetry::proto::collector::logs::v1;
using Request = opentelemetry::v1::ExportLogsServiceRequest;
using Response = collector::ExportLogsServiceResponse;

// An error that tells the sender when to come again.
grpc::Status Retryable(grpc::StatusCode code, std::string_view why, int64_t after_ms) {
  opentelemetry::v1::RetryInfo retry;
  retry.mutable_retry_delay()->set_seconds(after_ms / 1'000);
  retry.mutable_retry_delay()->set_nanos(static_cast<int32_t>(after_ms % 1'000 * 1'000'000));
  opentelemetry::v1::RpcStatus details;
  details.set_code(code);
  details.set_message(std::string(why));
  google::protobuf::Any& any = *details.add_details();
  any.set_type_url("type.googleapis.com/google.rpc.RetryInfo");
  any.set_value(retry.SerializeAsString());
  return {code, std::string(why), details.SerializeAsString()};
}

class LogsService final : public collector::LogsService::CallbackService {
 public:
  LogsService(const OtlpFrontOptions& options, ingest::KafkaSink& sink) : options_(options), sink_(sink) {}

  const OtlpCounters& counters() const { return counters_; }

  // The reactor lives until it was finished, which the sink's word does: also where the sender is gone by then.
  grpc::ServerUnaryReactor* Export(grpc::CallbackServerContext* context, const Request* request,
                                   Response* response) override {
    grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
    const ingest::OtlpParts parts = ingest::SplitForKafka(*request, options_.max_value_bytes);
    if (parts.too_large > 0) {
      response->mutable_partial_success()->set_rejected_log_records(parts.too_large);
      response->mutable_partial_success()->set_error_message(
          absl::StrCat(parts.too_large, " log records are larger than ", options_.max_value_bytes,
                       " bytes, which a Kafka record may have"));
    }
    const absl::Status sent = sink_.Send(
        parts.values, [this, reactor, records = parts.records, rejected = parts.too_large](const absl::Status& status) {
          reactor->Finish(Answer(status, records, rejected));
        });
    if (!sent.ok()) reactor->Finish(Refusal(sent));
    return reactor;
  }

 private:
  grpc::Status Answer(const absl::Status& status, int64_t records, int64_t rejected) {
    if (status.ok()) {
      counters_.log_records += records;
      counters_.rejected += rejected;
      return grpc::Status::OK;
    }
    return Refusal(status);
  }

  grpc::Status Refusal(const absl::Status& status) {
    const std::string why(status.message());
    switch (status.code()) {
      case absl::StatusCode::kResourceExhausted:
        ++counters_.throttled;
        return Retryable(grpc::StatusCode::RESOURCE_EXHAUSTED, why, options_.retry_after_ms);
      case absl::StatusCode::kInvalidArgument:
        ++counters_.failed;
        return {grpc::StatusCode::INVALID_ARGUMENT, why};
      default:
        ++counters_.failed;
        return Retryable(grpc::StatusCode::UNAVAILABLE, why, options_.retry_after_ms);
    }
  }

  const OtlpFrontOptions options_;
  ingest::KafkaSink& sink_;
  OtlpCounters counters_;
};

class GrpcFront final : public OtlpFront {
 public:
  GrpcFront(const OtlpFrontOptions& options, ingest::KafkaSink& sink) : service_(options, sink) {}
  ~GrpcFront() override { GrpcFront::Shutdown(std::chrono::milliseconds(0)); }

  absl::Status Listen(const OtlpFrontOptions& options) {
    ASSIGN_OR_RETURN(const auto credentials, query::MakeServerCredentials(options.tls));
    grpc::ServerBuilder builder;
    builder.AddListeningPort(options.address, credentials, &port_);
    builder.RegisterService(&service_);
    builder.SetMaxReceiveMessageSize(options.max_request_bytes);
    builder.AddChannelArgument(GRPC_ARG_MAX_METADATA_SIZE, 16 << 10);
    builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
    server_ = builder.BuildAndStart();
    if (server_ == nullptr || port_ == 0) {
      return absl::UnavailableError(absl::StrCat("otlp.listen: cannot listen on ", options.address,
                                                 ": the port may be in use, the host unknown, or a TLS file no PEM"));
    }
    return absl::OkStatus();
  }

  int port() const override { return port_; }
  const OtlpCounters& counters() const override { return service_.counters(); }
  void Shutdown(std::chrono::milliseconds grace) override {
    std::call_once(shut_down_, [&] {
      if (server_ == nullptr) return;
      server_->Shutdown(std::chrono::system_clock::now() + grace);
      server_->Wait();
    });
  }

 private:
  LogsService service_;
  int port_ = 0;
  std::once_flag shut_down_;
  std::unique_ptr<grpc::Server> server_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<OtlpFront>> OtlpFront::Start(const OtlpFrontOptions& options, ingest::KafkaSink& sink) {
  auto front = std::make_unique<GrpcFront>(options, sink);
  RETURN_IF_ERROR(front->Listen(options));
  return front;
}

}  // namespace faultline::deploy
