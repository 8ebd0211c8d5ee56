#include "deploy/server/connect_protocol.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "absl/strings/ascii.h"
#include "deploy/server/http_text.h"
#include "deploy/server/json_text.h"
#include "fmt/format.h"

namespace faultline::deploy {
namespace {

constexpr size_t kEnvelopeBytes = 5;

struct CodeName {
  std::string_view name;
  int http;
};

// By number. Of https://connectrpc.com/docs/protocol#error-codes.
constexpr std::array<CodeName, 17> kCodes{{{"ok", 200},
                                           {"canceled", 499},
                                           {"unknown", 500},
                                           {"invalid_argument", 400},
                                           {"deadline_exceeded", 504},
                                           {"not_found", 404},
                                           {"already_exists", 409},
                                           {"permission_denied", 403},
                                           {"resource_exhausted", 429},
                                           {"failed_precondition", 400},
                                           {"aborted", 409},
                                           {"out_of_range", 400},
                                           {"unimplemented", 501},
                                           {"internal", 500},
                                           {"unavailable", 503},
                                           {"data_loss", 500},
                                           {"unauthenticated", 401}}};

const CodeName& NameOf(grpc::StatusCode code) {
  const auto number = static_cast<size_t>(code);
  return kCodes[number < kCodes.size() ? number : 2];
}

std::string PercentEncoded(std::string_view text) {
  std::string encoded;
  for (const char c : text) {
    if (c >= 0x20 && c < 0x7f && c != '%') {
      encoded += c;
    } else {
      encoded += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return encoded;
}

absl::Status BadTimeout(std::string_view header, std::string_view text) {
  return absl::InvalidArgumentError(fmt::format("{}: \"{}\" is no timeout", header, text.substr(0, 40)));
}

// -1 unless `text` is 1 to `most` digits.
int64_t NumberOf(std::string_view text, size_t most) {
  int64_t number = -1;
  if (text.empty() || text.size() > most || text.find_first_not_of("0123456789") != text.npos) return -1;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

}  // namespace

std::optional<WireForm> WireFormOf(std::string_view content_type) {
  const std::string type =
      absl::AsciiStrToLower(absl::StripAsciiWhitespace(ToAbsl(content_type.substr(0, content_type.find(';')))));
  if (type == "application/json") return WireForm{false, false, true, false};
  if (type == "application/proto") return WireForm{false, false, false, false};
  if (type == "application/connect+json") return WireForm{false, true, true, false};
  if (type == "application/connect+proto") return WireForm{false, true, false, false};
  if (type == "application/grpc-web" || type == "application/grpc-web+proto") return WireForm{true, true, false, false};
  if (type == "application/grpc-web+json") return WireForm{true, true, true, false};
  if (type == "application/grpc-web-text" || type == "application/grpc-web-text+proto") {
    return WireForm{true, true, false, true};
  }
  return std::nullopt;
}

std::string Envelope(char flags, std::string_view bytes) {
  const auto size = static_cast<uint32_t>(bytes.size());
  std::string envelope{flags, static_cast<char>(size >> 24), static_cast<char>(size >> 16),
                       static_cast<char>(size >> 8), static_cast<char>(size)};
  envelope += bytes;
  return envelope;
}

absl::StatusOr<std::string_view> OnlyMessage(std::string_view body) {
  if (body.size() < kEnvelopeBytes)
    return absl::InvalidArgumentError("the request ends within the envelope of its message");
  if (body[0] != kMessageFrame)
    return absl::InvalidArgumentError("a compressed message is not understood; send it as it is");
  uint32_t size = 0;
  for (size_t i = 1; i < kEnvelopeBytes; ++i) size = size << 8 | static_cast<unsigned char>(body[i]);
  const std::string_view message = body.substr(kEnvelopeBytes);
  if (message.size() < size) return absl::InvalidArgumentError("the request ends within its message");
  if (message.size() > size) return absl::InvalidArgumentError("the request has more than one message");
  return message;
}

absl::StatusOr<std::optional<std::chrono::microseconds>> ConnectTimeout(std::string_view text) {
  if (text.empty()) return std::nullopt;
  const int64_t milliseconds = NumberOf(text, 10);
  if (milliseconds < 0) return BadTimeout("Connect-Timeout-Ms", text);
  return std::chrono::milliseconds(milliseconds);
}

absl::StatusOr<std::optional<std::chrono::microseconds>> GrpcTimeout(std::string_view text) {
  if (text.empty()) return std::nullopt;
  const int64_t number = NumberOf(text.substr(0, text.size() - 1), 8);
  if (number < 0) return BadTimeout("grpc-timeout", text);
  switch (text.back()) {
    case 'H':
      return std::chrono::hours(number);
    case 'M':
      return std::chrono::minutes(number);
    case 'S':
      return std::chrono::seconds(number);
    case 'm':
      return std::chrono::milliseconds(number);
    case 'u':
      return std::chrono::microseconds(number);
    case 'n':
      return std::chrono::microseconds(number / 1000);
    default:
      return BadTimeout("grpc-timeout", text);
  }
}

std::string_view ConnectCode(grpc::StatusCode code) { return NameOf(code).name; }

int HttpStatus(grpc::StatusCode code) { return NameOf(code).http; }

std::string ConnectError(const grpc::Status& status) {
  return fmt::format(R"({{"code":"{}","message":{}}})", ConnectCode(status.error_code()),
                     JsonString(status.error_message()));
}

std::string ConnectEnd(const grpc::Status& status, const Metadata& trailers) {
  std::string end = "{";
  if (!status.ok()) end += "\"error\":" + ConnectError(status);
  if (!trailers.empty()) end += status.ok() ? "\"metadata\":{" : ",\"metadata\":{";
  for (auto name = trailers.begin(); name != trailers.end();) {
    const auto last = trailers.upper_bound(name->first);
    end += (name == trailers.begin() ? "" : ",") + JsonString(name->first) + ":[";
    for (auto value = name; value != last; ++value) {
      end += (value == name ? "" : ",") + JsonString(ToHeader(value->first, value->second));
    }
    end += ']';
    name = last;
  }
  if (!trailers.empty()) end += '}';
  return end + "}";
}

std::string GrpcWebTrailers(const grpc::Status& status, const Metadata& trailers) {
  std::string lines = fmt::format("grpc-status: {}\r\n", static_cast<int>(status.error_code()));
  if (!status.error_message().empty()) {
    lines += "grpc-message: " + PercentEncoded(status.error_message()) + "\r\n";
  }
  for (const auto& [name, value] : trailers) lines += name + ": " + ToHeader(name, value) + "\r\n";
  return lines;
}

bool IsMetadata(std::string_view name) {
  static constexpr std::array<std::string_view, 15> kNotForMethods{
      "accept", "cache-control", "connection", "cookie", "dnt",     "host",       "keep-alive", "origin",
      "pragma", "priority",      "referer",    "te",     "trailer", "user-agent", "upgrade"};
  if (std::find(kNotForMethods.begin(), kNotForMethods.end(), name) != kNotForMethods.end()) return false;
  for (const std::string_view prefix : {"accept-", "access-control-", "connect-", "content-", "grpc-", "if-", "proxy-",
                                        "sec-", "transfer-", "x-grpc-web", "x-user-agent", "upgrade-", ":"}) {
    if (name.starts_with(prefix)) return false;
  }
  return !name.empty() && name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-_.") == name.npos;
}

std::optional<std::string> FromHeader(std::string_view name, std::string_view value) {
  if (!name.ends_with("-bin")) {
    const bool printable = std::all_of(value.begin(), value.end(), [](char c) { return c >= 0x20 && c < 0x7f; });
    return printable ? std::optional<std::string>(value) : std::nullopt;
  }
  return FromBase64(value);
}

std::string ToHeader(std::string_view name, std::string_view value) {
  if (!name.ends_with("-bin")) return std::string(value);
  std::string text = ToBase64(value);
  text.resize(text.find_last_not_of('=') + 1);
  return text;
}

}  // namespace faultline::deploy
