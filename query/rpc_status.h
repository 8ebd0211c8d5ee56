// The one place where errors cross from our code to gRPC.
#pragma once

#include <grpcpp/support/status.h>

#include "absl/status/status.h"

namespace faultline::query {

// Same code, same message. The canonical codes of the two are identical.
grpc::Status ToRpcStatus(const absl::Status& status);

}  // namespace faultline::query
