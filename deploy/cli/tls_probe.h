// Looks at certificates: that of a server that is up, and those in files.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "deploy/cli/target.h"

namespace faultline::deploy {

struct CertificateFacts {
  std::string subject;  // as OpenSSL prints it on one line
  int64_t not_before_us = 0;
  int64_t not_after_us = 0;
  // Why the authorities do not vouch for it, or the host is not the one asked for; empty where both
  // are well. Always empty for a file.
  std::string distrust;
};

// Shakes hands with `server` ("host:port") as gRPC would. A certificate that is not trusted is no error
// here: `distrust` says it. Errors: Unavailable when nobody answers or no TLS is spoken; NotFound for a file
// of `tls`.
absl::StatusOr<CertificateFacts> ProbeTls(const std::string& server, const TlsOptions& tls);

// The first certificate of a PEM file. Errors: NotFound, InvalidArgument.
absl::StatusOr<CertificateFacts> ReadCertificateFile(const std::string& path);
// Errors: NotFound, InvalidArgument; FailedPrecondition when the key is not that of the certificate.
absl::Status CheckKeyFile(const std::string& certificate_path, const std::string& key_path);

}  // namespace faultline::deploy
