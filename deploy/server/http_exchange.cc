#include "deploy/server/http_exchange.h"

#include <arpa/inet.h>
#include <civetweb.h>
#include <dirent.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <cstdlib>
#include <map>
#include <memory>

#include "absl/strings/ascii.h"
#include "deploy/server/http_text.h"
#include "fmt/format.h"

namespace faultline::deploy {
namespace {

std::string_view View(const char* text) { return text == nullptr ? std::string_view() : std::string_view(text); }

std::string_view Reason(int status) {
  static const std::map<int, std::string_view> reasons{{200, "OK"},
                                                       {204, "No Content"},
                                                       {304, "Not Modified"},
                                                       {400, "Bad Request"},
                                                       {403, "Forbidden"},
                                                       {404, "Not Found"},
                                                       {405, "Method Not Allowed"},
                                                       {409, "Conflict"},
                                                       {413, "Too Large"},
                                                       {415, "Unsupported Media Type"},
                                                       {429, "Too Many Requests"},
                                                       {499, "Client Closed Request"},
                                                       {500, "Internal Server Error"},
                                                       {501, "Not Implemented"},
                                                       {503, "Service Unavailable"},
                                                       {504, "Gateway Timeout"}};
  const auto found = reasons.find(status);
  return found == reasons.end() ? "Status" : found->second;
}

// This end of `socket` is connected with PORT of ADDRESS (IPv4).
bool IsConnectedWith(int socket, std::string_view address, int port) {
  sockaddr_in peer{};
  socklen_t size = sizeof peer;
  if (getpeername(socket, reinterpret_cast<sockaddr*>(&peer), &size) != 0 || peer.sin_family != AF_INET) return false;
  char text[INET_ADDRSTRLEN] = {};
  inet_ntop(AF_INET, &peer.sin_addr, text, sizeof text);
  return ntohs(peer.sin_port) == port && address == text;
}

bool IsBoundTo(int socket, int port) {
  sockaddr_in own{};
  socklen_t size = sizeof own;
  return getsockname(socket, reinterpret_cast<sockaddr*>(&own), &size) == 0 && ntohs(own.sin_port) == port;
}

// civetweb does not say which socket a connection has; -1 when it is gone.
int FindSocket(const mg_request_info& request) {
  const std::unique_ptr<DIR, int (*)(DIR*)> files(opendir("/proc/self/fd"), closedir);
  if (files == nullptr) return -1;
  while (const dirent* entry = readdir(files.get())) {
    if (entry->d_name[0] == '.') continue;
    const int socket = std::atoi(entry->d_name);
    if (IsConnectedWith(socket, request.remote_addr, request.remote_port) && IsBoundTo(socket, request.server_port)) {
      return socket;
    }
  }
  return -1;
}

}  // namespace

HttpExchange::HttpExchange(mg_connection* connection)
    : connection_(connection), request_(mg_get_request_info(connection)) {}

std::string_view HttpExchange::method() const { return View(request_->request_method); }
std::string_view HttpExchange::path() const { return View(request_->local_uri); }
std::string_view HttpExchange::query() const { return View(request_->query_string); }

std::string_view HttpExchange::Header(std::string_view name) const {
  for (int i = 0; i < request_->num_headers; ++i) {
    if (EqualsInAnyCase(View(request_->http_headers[i].name), name)) return View(request_->http_headers[i].value);
  }
  return {};
}

std::vector<std::pair<std::string, std::string>> HttpExchange::Headers() const {
  std::vector<std::pair<std::string, std::string>> headers;
  for (int i = 0; i < request_->num_headers; ++i) {
    const mg_header& header = request_->http_headers[i];
    headers.emplace_back(absl::AsciiStrToLower(ToAbsl(View(header.name))), std::string(View(header.value)));
  }
  return headers;
}

absl::StatusOr<std::string> HttpExchange::ReadBody(size_t max_bytes) {
  const auto too_large = [max_bytes] {
    return absl::ResourceExhaustedError(fmt::format("the request is larger than {} bytes", max_bytes));
  };
  const int64_t announced = request_->content_length;
  if (announced > static_cast<int64_t>(max_bytes)) return too_large();
  std::string body;
  char part[16 << 10];
  while (true) {
    const int got = mg_read(connection_, part, sizeof part);
    if (got < 0) return absl::CancelledError("the request's body did not come");
    if (got == 0) break;
    body.append(part, static_cast<size_t>(got));
    if (body.size() > max_bytes) return too_large();
  }
  if (announced >= 0 && static_cast<int64_t>(body.size()) != announced) {
    return absl::CancelledError("the request's body ended early");
  }
  return body;
}

bool HttpExchange::PeerGone() {
  if (socket_ < 0) socket_ = FindSocket(*request_);
  if (socket_ < 0) return true;
  pollfd poll_for{socket_, POLLRDHUP, 0};
  return poll(&poll_for, 1, 0) > 0 && (poll_for.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0;
}

void HttpExchange::AddHeader(std::string_view name, std::string_view value) {
  added_ += name;
  added_ += ": ";
  for (const char c : value) added_ += absl::ascii_iscntrl(static_cast<unsigned char>(c)) ? ' ' : c;
  added_ += "\r\n";
}

void HttpExchange::SendHead(int status, std::string_view content_type, std::string_view length) {
  status_ = status;
  std::string head = fmt::format("HTTP/1.1 {} {}\r\n", status, Reason(status));
  if (!content_type.empty()) head += fmt::format("Content-Type: {}\r\n", content_type);
  if (status != 204 && status != 304) head += fmt::format("{}\r\n", length);
  head += "X-Content-Type-Options: nosniff\r\nConnection: close\r\n";
  if (added_.find("Cache-Control:") == std::string::npos) head += "Cache-Control: no-store\r\n";
  head += added_ + "\r\n";
  mg_write(connection_, head.data(), head.size());
}

void HttpExchange::Reply(int status, std::string_view content_type, std::string_view body) {
  SendHead(status, content_type, fmt::format("Content-Length: {}", body.size()));
  if (method() != "HEAD" && !body.empty()) mg_write(connection_, body.data(), body.size());
}

void HttpExchange::StartStream(std::string_view content_type) {
  SendHead(200, content_type, "Transfer-Encoding: chunked");
}

bool HttpExchange::WriteChunk(std::string_view bytes) {
  return bytes.empty() || mg_send_chunk(connection_, bytes.data(), static_cast<unsigned>(bytes.size())) >= 0;
}

void HttpExchange::EndStream() { mg_send_chunk(connection_, "", 0); }

}  // namespace faultline::deploy
