#include "query/rpc_status.h"

#include <string>

namespace faultline::query {

grpc::Status ToRpcStatus(const absl::Status& status) {
  return {static_cast<grpc::StatusCode>(status.code()), std::string(status.message())};
}

}  // namespace faultline::query
