// The bytes of the protocols that browsers speak: Connect
// (https://connectrpc.com/docs/protocol) and gRPC-Web
// (https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-WEB.md).
//
// Pure functions, thread-safe.
#pragma once

#include <grpcpp/support/status.h>

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace faultline::deploy {

// How a request, and so its answer, is written.
struct WireForm {
  bool grpc_web = false;  // else Connect
  bool enveloped = true;  // five bytes before each message; false for Connect's unary form
  bool json = false;      // else binary
  bool base64 = false;    // grpc-web-text

  bool operator==(const WireForm&) const = default;
};

// By the Content-Type, parameters left aside; nullopt for any other.
std::optional<WireForm> WireFormOf(std::string_view content_type);

using Metadata = std::multimap<std::string, std::string>;

// Flags of an envelope.
inline constexpr char kMessageFrame = 0;
inline constexpr char kConnectEndFrame = 2;
inline constexpr char kGrpcWebTrailerFrame = '\x80';

// Flags, length (big endian), bytes.
std::string Envelope(char flags, std::string_view bytes);
// The one message of a request. Errors: InvalidArgument when it is cut, is not
// one, or is compressed.
absl::StatusOr<std::string_view> OnlyMessage(std::string_view body);

// "Connect-Timeout-Ms" is up to ten digits; "grpc-timeout" up to eight and a unit.
// nullopt for empty text. Errors: InvalidArgument.
absl::StatusOr<std::optional<std::chrono::microseconds>> ConnectTimeout(std::string_view text);
absl::StatusOr<std::optional<std::chrono::microseconds>> GrpcTimeout(std::string_view text);

// Of Connect: "not_found" and 404 for NOT_FOUND; "unknown" and 500 for numbers that are no code.
std::string_view ConnectCode(grpc::StatusCode code);
int HttpStatus(grpc::StatusCode code);
// {"code":"not_found","message":"..."}
std::string ConnectError(const grpc::Status& status);
// What closes a stream: {"error":{...},"metadata":{"name":["value"]}}.
std::string ConnectEnd(const grpc::Status& status, const Metadata& trailers);
// The same for gRPC-Web: header lines.
std::string GrpcWebTrailers(const grpc::Status& status, const Metadata& trailers);

// Whether a request's header, in lower case, is for the method: not one of HTTP, of
// the protocols, or of browsers.
bool IsMetadata(std::string_view name);
// Names that end in "-bin" hold bytes, and travel as base64. An error is nullopt.
std::optional<std::string> FromHeader(std::string_view name, std::string_view value);
std::string ToHeader(std::string_view name, std::string_view value);

}  // namespace faultline::deploy
