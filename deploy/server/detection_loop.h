// Lets the detector of a query service look each minute, and tells what is open.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <stop_token>
#include <string>
#include <thread>

#include "base/mutex.h"
#include "faultline/v1/failure_query_service.grpc.pb.h"
#include "grpcpp/channel.h"

namespace faultline::deploy {

// Findings that are open, by kind as in v1::Finding; a regression never is.
using OpenFindings = std::map<std::string, int64_t>;

class DetectionLoop {
 public:
  // `channel` leads to the service, in process. `observe` is called on the loop's thread after each look that
  // succeeded. Runs until destroyed; the service must outlive it.
  DetectionLoop(const std::shared_ptr<grpc::Channel>& channel, std::chrono::milliseconds interval,
                std::function<void(const OpenFindings&)> observe);

 private:
  void Run(const std::stop_token& stop);
  // Asks what the page asks first, about the latest hour, so that the graph it rests on is there when somebody looks.
  void WarmUp(const std::stop_token& stop);
  // Whether there is more to look at already.
  bool Look(const std::stop_token& stop);

  const std::unique_ptr<faultline::v1::FailureQueryService::Stub> stub_;
  const std::chrono::milliseconds interval_;
  const std::function<void(const OpenFindings&)> observe_;
  bool failing_ = false;
  Mutex wait_mu_;
  CondVar wait_;
  std::jthread thread_;  // last: it uses the others
};

}  // namespace faultline::deploy
