#include "query/server_credentials.h"

#include <fstream>
#include <iterator>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"

namespace faultline::query {
namespace {

absl::StatusOr<std::string> ReadFile(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::string bytes{std::istreambuf_iterator<char>(in), {}};
  if (!in.is_open() || in.bad() || bytes.empty()) {
    return absl::NotFoundError(absl::StrCat("cannot read the PEM file ", path));
  }
  return bytes;
}

}  // namespace

absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> MakeServerCredentials(const TlsOptions& tls) {
  if (tls.certificate_file.empty() && tls.key_file.empty() && tls.client_authority_file.empty()) {
    return grpc::InsecureServerCredentials();
  }
  if (tls.certificate_file.empty() || tls.key_file.empty()) {
    return absl::InvalidArgumentError("TLS needs both a certificate file and a key file");
  }
  grpc::SslServerCredentialsOptions options;
  if (!tls.client_authority_file.empty()) {
    options.client_certificate_request = GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY;
    ASSIGN_OR_RETURN(options.pem_root_certs, ReadFile(tls.client_authority_file));
  }
  grpc::SslServerCredentialsOptions::PemKeyCertPair pair;
  ASSIGN_OR_RETURN(pair.private_key, ReadFile(tls.key_file));
  ASSIGN_OR_RETURN(pair.cert_chain, ReadFile(tls.certificate_file));
  options.pem_key_cert_pairs.push_back(std::move(pair));
  return grpc::SslServerCredentials(options);
}

}  // namespace faultline::query
