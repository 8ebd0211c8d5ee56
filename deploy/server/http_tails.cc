#include "deploy/server/http_tails.h"

#include <civetweb.h>

#include <string>
#include <utility>

#include "deploy/server/connect_protocol.h"
#include "deploy/server/http_form.h"
#include "deploy/server/loki_tail.h"

namespace faultline::deploy {
namespace {

constexpr char kPath[] = "/loki/api/v1/tail$";
constexpr char kText[] = "text/plain; charset=utf-8";
constexpr int kOpcode = 0x0f;  // bits of a frame's first byte
constexpr int kGoingAway = 1001;

}  // namespace

class HttpTails::Follower {
 public:
  Follower(HttpSlots& slots, std::unique_ptr<LokiTail> tail) : slot_(slots), tail_(std::move(tail)) {}

  bool taken() const { return slot_.taken(); }
  void Start(mg_connection* connection) {
    tail_->Start(
        [connection](std::string_view text) {
          return mg_websocket_write(connection, MG_WEBSOCKET_OPCODE_TEXT, text.data(), text.size()) > 0;
        },
        [connection] {
          constexpr char kReason[] = {kGoingAway >> 8, static_cast<char>(kGoingAway & 0xff)};
          mg_websocket_write(connection, MG_WEBSOCKET_OPCODE_CONNECTION_CLOSE, kReason, sizeof(kReason));
        });
  }

 private:
  const HttpSlots::Slot slot_;
  const std::unique_ptr<LokiTail> tail_;
};

bool HttpTails::Accept(mg_connection* connection) {
  HttpExchange exchange(connection);
  const auto refuse = [&exchange](const absl::Status& status) {
    exchange.Reply(HttpStatus(static_cast<grpc::StatusCode>(status.code())), kText,
                   std::string(status.message()) + "\n");
    return false;
  };
  if (const absl::Status allowed = gate_(exchange); !allowed.ok()) return refuse(allowed);
  HttpForm form;
  form.Add(exchange.query());
  absl::StatusOr<std::unique_ptr<LokiTail>> tail = LokiTail::Open(channel_(), form);
  if (!tail.ok()) return refuse(tail.status());
  auto follower = std::make_unique<Follower>(slots_, *std::move(tail));
  if (!follower->taken()) return refuse(absl::ResourceExhaustedError("too many follow already; try again later"));
  mg_set_user_connection_data(connection, follower.release());  // until End
  return true;
}

void HttpTails::Begin(mg_connection* connection) {
  static_cast<Follower*>(mg_get_user_connection_data(connection))->Start(connection);
}

void HttpTails::End(const mg_connection* connection) {
  const std::unique_ptr<Follower> follower(static_cast<Follower*>(mg_get_user_connection_data(connection)));
  mg_set_user_connection_data(connection, nullptr);
}

void HttpTails::Register(mg_context* context) {
  mg_set_websocket_handler(
      context, kPath,
      [](const mg_connection* connection, void* tails) {
        // The handshake has not begun, so that an answer may still be sent.
        return static_cast<HttpTails*>(tails)->Accept(const_cast<mg_connection*>(connection)) ? 0 : 1;
      },
      [](mg_connection* connection, void*) { Begin(connection); },
      [](mg_connection*, int bits, char*, size_t, void*) {
        return (bits & kOpcode) == MG_WEBSOCKET_OPCODE_CONNECTION_CLOSE ? 0 : 1;
      },
      [](const mg_connection* connection, void*) { End(connection); }, this);
}

}  // namespace faultline::deploy
