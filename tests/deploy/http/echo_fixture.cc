#include "tests/deploy/http/echo_fixture.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace faultline::testing {
namespace {

void FillMetadata(grpc::ServerContext& context, EchoResponse& response) {
  for (const auto& [name, value] : context.client_metadata()) {
    const std::string key(name.data(), name.size());
    if (absl::StartsWith(key, "x-") || key == "authorization" || key == "cookie") {
      (*response.mutable_metadata())[key] = std::string(value.data(), value.size());
    }
  }
  context.AddInitialMetadata("x-head", "h");
  context.AddTrailingMetadata("x-tail", "t");
  context.AddTrailingMetadata("x-tail-bin", std::string("\x00\xff", 2));
}

std::string WithoutChunks(const std::string& body) {
  std::string whole;
  size_t at = 0;
  while (at < body.size()) {
    char* end = nullptr;
    const size_t size = std::strtoul(body.c_str() + at, &end, 16);
    at = static_cast<size_t>(end - body.c_str()) + 2;
    whole += body.substr(at, size);
    at += size + 2;
  }
  return whole;
}

}  // namespace

grpc::Status EchoService::Say(grpc::ServerContext* context, const EchoRequest* request, EchoResponse* response) {
  ++running;
  FillMetadata(*context, *response);
  for (int64_t i = 0; i < request->times(); ++i) response->mutable_text()->append(request->text());
  response->set_number(int64_t{1} << 60);
  while (request->wait() && !context->IsCancelled()) std::this_thread::yield();
  if (request->wait()) ++cancelled;
  --running;
  return {static_cast<grpc::StatusCode>(request->code()), request->code() == 0 ? "" : "said \"no\", 100 % sure"};
}

grpc::Status EchoService::Repeat(grpc::ServerContext* context, const EchoRequest* request,
                                 grpc::ServerWriter<EchoResponse>* writer) {
  ++running;
  EchoResponse response;
  FillMetadata(*context, response);
  bool taken = true;
  for (int64_t i = 0; taken && (request->times() == 0 || i < request->times()); ++i) {
    response.set_text(request->text());
    response.set_number(i);
    taken = writer->Write(response);
  }
  if (!taken) ++cancelled;
  --running;
  return {static_cast<grpc::StatusCode>(request->code()), request->code() == 0 ? "" : "no more"};
}

EchoServer::EchoServer(deploy::HttpOptions options) {
  grpc::ServerBuilder builder;
  builder.RegisterService(&service);
  grpc = builder.BuildAndStart();
  options.listen = "127.0.0.1:0";
  auto started = deploy::HttpServer::Start(options, health, [] { return std::string("a_metric 1\n"); });
  if (!started.ok()) ADD_FAILURE() << started.status();
  http = *std::move(started);
  http->Attach(grpc->InProcessChannel({}));
}

EchoServer::~EchoServer() {
  http->Detach();
  grpc->Shutdown(std::chrono::system_clock::now());
}

void HttpFixture::Start() {
  if (shared_ == nullptr) shared_ = std::make_unique<EchoServer>(deploy::HttpOptions());
  server_ = shared_.get();
}

void HttpFixture::Start(const deploy::HttpOptions& options) {
  own_ = std::make_unique<EchoServer>(options);
  server_ = own_.get();
}

int HttpFixture::Open(const std::string& request) const {
  const int connection = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(server_->http->port()));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(connect(connection, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  EXPECT_EQ(send(connection, request.data(), request.size(), MSG_NOSIGNAL), static_cast<ssize_t>(request.size()));
  return connection;
}

HttpAnswer HttpFixture::Send(const std::string& request) const {
  const int connection = Open(request);
  std::string bytes;
  char part[4096];
  for (ssize_t got = 0; (got = recv(connection, part, sizeof part, 0)) > 0;)
    bytes.append(part, static_cast<size_t>(got));
  close(connection);
  HttpAnswer answer;
  const size_t end = bytes.find("\r\n\r\n");
  if (end == std::string::npos) return answer;
  answer.head = absl::AsciiStrToLower(bytes.substr(0, end + 2));
  answer.status = std::atoi(bytes.c_str() + sizeof "HTTP/1.1");
  answer.body = bytes.substr(end + 4);
  if (absl::StrContains(answer.head, "transfer-encoding: chunked")) answer.body = WithoutChunks(answer.body);
  return answer;
}

HttpAnswer HttpFixture::Post(const std::string& path, const std::string& type, const std::string& body,
                             const std::string& headers) const {
  return Send(absl::StrCat("POST ", path, " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: ", type,
                           "\r\nContent-Length: ", body.size(), "\r\n", headers, "\r\n", body));
}

}  // namespace faultline::testing
