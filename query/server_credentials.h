// The credentials of a gRPC port, from PEM files.
#pragma once

#include <grpcpp/security/server_credentials.h>

#include <memory>

#include "absl/status/statusor.h"
#include "query/server.h"

namespace faultline::query {

// Plain text where no file is named. Errors: InvalidArgument for a certificate without a key or the
// reverse, NotFound for a file that cannot be read.
absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> MakeServerCredentials(const TlsOptions& tls);

}  // namespace faultline::query
