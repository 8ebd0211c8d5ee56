#include "query/server.h"

#include <gmock/gmock.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/generic/generic_stub.h>
#include <gtest/gtest.h>

#include <fstream>
#include <future>

#include "tests/query/endless_store.h"
#include "tests/query/service_fixture.h"
#include "tests/testing/certificates.h"
#include "tests/testing/temp_dir.h"

namespace faultline::query {
namespace {

using ::faultline::testing::Certificate;
using ::faultline::testing::HasCode;
using ::faultline::testing::IsOk;
using ::faultline::testing::MakeCertificate;
using ::testing::HasSubstr;

grpc::ByteBuffer Bytes(const std::string& bytes) {
  const grpc::Slice slice(bytes);
  return {&slice, 1};
}

std::string TextOf(const grpc::ByteBuffer& buffer) {
  grpc::Slice slice;
  EXPECT_TRUE(buffer.DumpToSingleSlice(&slice).ok());
  return {reinterpret_cast<const char*>(slice.begin()), slice.size()};
}

// grpc.health.v1.HealthCheckResponse as bytes: field 1, and 1 for SERVING.
constexpr std::string_view kServing("\x08\x01", 2);

std::string CheckHealth(const std::shared_ptr<grpc::Channel>& channel, const std::string& request) {
  grpc::GenericStub stub(channel);
  grpc::ClientContext context;
  const grpc::ByteBuffer asked = Bytes(request);
  grpc::ByteBuffer answered;
  std::promise<grpc::Status> done;
  stub.UnaryCall(&context, "/grpc.health.v1.Health/Check", {}, &asked, &answered,
                 [&](grpc::Status status) { done.set_value(std::move(status)); });
  const grpc::Status status = done.get_future().get();
  EXPECT_TRUE(status.ok()) << status.error_message();
  return status.ok() ? TextOf(answered) : "";
}

// One message there and one back on the reflection stream.
std::string Reflect(const std::shared_ptr<grpc::Channel>& channel, const std::string& request) {
  grpc::GenericStub stub(channel);
  grpc::ClientContext context;
  grpc::CompletionQueue queue;
  const auto wait = [&queue] {
    void* tag = nullptr;
    bool ok = false;
    return queue.Next(&tag, &ok) && ok;
  };
  const auto call =
      stub.PrepareCall(&context, "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo", &queue);
  call->StartCall(nullptr);
  EXPECT_TRUE(wait());
  call->Write(Bytes(request), nullptr);
  EXPECT_TRUE(wait());
  grpc::ByteBuffer answered;
  call->Read(&answered, nullptr);
  EXPECT_TRUE(wait());
  call->WritesDone(nullptr);
  EXPECT_TRUE(wait());
  grpc::Status status;
  call->Finish(&status, nullptr);
  EXPECT_TRUE(wait());
  return TextOf(answered);
}

class ServerTest : public ::testing::Test {
 protected:
  EndlessStore store_;
  ServiceFixture service_{store_};
};

TEST_F(ServerTest, SaysThatItIsServing) {
  EXPECT_EQ(CheckHealth(service_.channel(), ""), kServing);
  const std::string name = "faultline.v1.FailureQueryService";
  EXPECT_EQ(CheckHealth(service_.channel(), std::string("\x0a") + static_cast<char>(name.size()) + name), kServing);
}

TEST_F(ServerTest, ReflectionListsTheServiceAndDescribesIt) {
  EXPECT_THAT(Reflect(service_.channel(), std::string("\x3a\x00", 2)), HasSubstr("faultline.v1.FailureQueryService"));
  const std::string name = "faultline.v1.FailureQueryService";
  const std::string by_symbol = std::string("\x22") + static_cast<char>(name.size()) + name;
  EXPECT_THAT(Reflect(service_.channel(), by_symbol), HasSubstr("SearchEventsRequest"));
}

TEST_F(ServerTest, CanBeReachedInsideTheProcess) {
  const auto stub = v1::FailureQueryService::NewStub(service_.server().InProcessChannel());
  grpc::ClientContext context;
  v1::GetStatusResponse response;
  EXPECT_TRUE(stub->GetStatus(&context, v1::GetStatusRequest(), &response).ok());
}

TEST_F(ServerTest, ShutsDownMoreThanOnce) {
  service_.server().Shutdown(std::chrono::milliseconds(10));
  service_.server().Shutdown(std::chrono::milliseconds(10));
}

TEST_F(ServerTest, SaysWhichAddressItCouldNotHave) {
  EndlessStore store;
  const auto service = MakeFailureQueryService({}, store, nullptr, [] { return RuntimeStatus{}; });
  ServerOptions options;
  options.address = "127.0.0.1:" + std::to_string(service_.server().port());
  const auto second = Server::Start(options, *service);
  ASSERT_THAT(second, HasCode(absl::StatusCode::kUnavailable));
  EXPECT_THAT(std::string(second.status().message()), HasSubstr(options.address));
}

class TlsTest : public ::testing::Test {
 protected:
  std::string Write(const std::string& name, const std::string& text) {
    std::ofstream(folder_ / name) << text;
    return folder_ / name;
  }
  grpc::StatusCode Call(int port, const grpc::SslCredentialsOptions& credentials) {
    const auto channel = grpc::CreateChannel("localhost:" + std::to_string(port), grpc::SslCredentials(credentials));
    grpc::ClientContext context;
    v1::GetStatusResponse response;
    return v1::FailureQueryService::NewStub(channel)
        ->GetStatus(&context, v1::GetStatusRequest(), &response)
        .error_code();
  }

  const Certificate authority_ = MakeCertificate("authority", nullptr);
  const Certificate server_ = MakeCertificate("server", &authority_);
  faultline::testing::TempDir folder_;
  EndlessStore store_;
  std::unique_ptr<v1::FailureQueryService::Service> service_ =
      MakeFailureQueryService({}, store_, nullptr, [] { return RuntimeStatus{}; });
};

TEST_F(TlsTest, LetsInOnlyWhomTheAuthoritySigned) {
  ServerOptions options;
  options.address = "localhost:0";
  options.tls.certificate_file = Write("server.pem", server_.CertificatePem());
  options.tls.key_file = Write("server.key", server_.KeyPem());
  options.tls.client_authority_file = Write("authority.pem", authority_.CertificatePem());
  const auto server = Server::Start(options, *service_);
  ASSERT_THAT(server, IsOk());
  const Certificate client = MakeCertificate("client", &authority_);
  const Certificate stranger = MakeCertificate("stranger", nullptr);
  const std::string root = authority_.CertificatePem();
  EXPECT_EQ(Call((*server)->port(), {root, client.KeyPem(), client.CertificatePem()}), grpc::StatusCode::OK);
  EXPECT_EQ(Call((*server)->port(), {root, "", ""}), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(Call((*server)->port(), {root, stranger.KeyPem(), stranger.CertificatePem()}),
            grpc::StatusCode::UNAVAILABLE);
}

TEST_F(TlsTest, RefusesHalfAConfigurationAndMissingFiles) {
  ServerOptions options;
  options.address = "127.0.0.1:0";
  options.tls.client_authority_file = Write("authority.pem", authority_.CertificatePem());
  EXPECT_THAT(Server::Start(options, *service_), HasCode(absl::StatusCode::kInvalidArgument));
  options.tls.certificate_file = folder_ / "absent.pem";
  options.tls.key_file = folder_ / "absent.key";
  EXPECT_THAT(Server::Start(options, *service_), HasCode(absl::StatusCode::kNotFound));
}

}  // namespace
}  // namespace faultline::query
