// One HTTP request and its answer.
//
// Lives on the thread that civetweb gave the connection; one request a
// connection. Not thread-safe.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"

struct mg_connection;
struct mg_request_info;

namespace faultline::deploy {

class HttpExchange {
 public:
  // `connection` must outlive it.
  explicit HttpExchange(mg_connection* connection);
  HttpExchange(const HttpExchange&) = delete;
  HttpExchange& operator=(const HttpExchange&) = delete;

  std::string_view method() const;
  // Decoded, without the query; "" when there is none.
  std::string_view path() const;
  // Behind the "?", as sent.
  std::string_view query() const;
  // The value of the first header of that name, in any case; empty for none.
  std::string_view Header(std::string_view name) const;
  // All of them, names in lower case.
  std::vector<std::pair<std::string, std::string>> Headers() const;

  // The whole body. Errors: ResourceExhausted beyond `max_bytes`, Cancelled when
  // less came than was said, or nothing for 10 s.
  absl::StatusOr<std::string> ReadBody(size_t max_bytes);
  // The other side has closed the connection. Costs a system call, the first
  // time one for each open file.
  bool PeerGone();

  // To be sent with the answer. Line breaks in `value` become blanks.
  void AddHeader(std::string_view name, std::string_view value);
  // Sends the answer; once. The body of a HEAD request is left out.
  void Reply(int status, std::string_view content_type, std::string_view body);
  // Begins an answer of unknown length.
  void StartStream(std::string_view content_type);
  // False when the other side does not take it.
  bool WriteChunk(std::string_view bytes);
  void EndStream();

  // What was replied; 0 before.
  int status() const { return status_; }

 private:
  void SendHead(int status, std::string_view content_type, std::string_view length);

  mg_connection* const connection_;
  const mg_request_info* const request_;
  std::string added_;  // header lines
  int status_ = 0;
  int socket_ = -1;  // found by PeerGone
};

}  // namespace faultline::deploy
