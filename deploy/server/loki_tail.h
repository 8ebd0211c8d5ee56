// One follower of Loki's tail (/loki/api/v1/tail): events that fit a query, as they arrive.
//
// Parameters, as Grafana sends them: query, limit (lines from before that come first; 100 when
// absent, at most 1000). Each message is {"streams":[…],"dropped_entries":[…]}, as Loki's; the second
// names no line, only that some were not looked at, since ingestion does not wait for a follower.
#pragma once

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <thread>

#include "absl/status/statusor.h"
#include "deploy/server/http_form.h"
#include "faultline/v1/failure_query_service.grpc.pb.h"

namespace faultline::deploy {

class LokiTail {
 public:
  // Sends one message. False when the other side is gone.
  using Send = std::function<bool(std::string_view)>;

  // Errors: InvalidArgument for a query that is not understood or no selector of lines, or a limit that is
  // no number; Unavailable for no channel.
  static absl::StatusOr<std::unique_ptr<LokiTail>> Open(std::shared_ptr<grpc::ChannelInterface> channel,
                                                        const HttpForm& form);
  // Cancels and waits.
  ~LokiTail();
  LokiTail(const LokiTail&) = delete;
  LokiTail& operator=(const LokiTail&) = delete;

  // Begins to call `send`, on a thread of its own, until it returns false or the server ends. `ended` is
  // called then, unless the follower is destroyed first.
  void Start(Send send, std::function<void()> ended);

 private:
  LokiTail() = default;

  std::shared_ptr<grpc::ChannelInterface> channel_;
  faultline::v1::TailEventsRequest request_;
  grpc::ClientContext context_;
  std::jthread thread_;
};

}  // namespace faultline::deploy
