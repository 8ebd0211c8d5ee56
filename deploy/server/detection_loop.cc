#include "deploy/server/detection_loop.h"

#include <utility>

#include "base/log.h"
#include "grpcpp/client_context.h"

namespace faultline::deploy {
namespace {

namespace v1 = faultline::v1;

// A call of a long replay takes a few seconds.
constexpr std::chrono::seconds kDeadline(25);
constexpr int64_t kWarmSeconds = 3'600;
constexpr std::chrono::milliseconds kBetweenCallsOfAReplay(50);

}  // namespace

DetectionLoop::DetectionLoop(const std::shared_ptr<grpc::Channel>& channel, std::chrono::milliseconds interval,
                             std::function<void(const OpenFindings&)> observe)
    : stub_(v1::FailureQueryService::NewStub(channel)),
      interval_(interval),
      observe_(std::move(observe)),
      thread_([this](const std::stop_token& stop) { Run(stop); }) {}

void DetectionLoop::WarmUp(const std::stop_token& stop) {
  grpc::ClientContext status_context, context;
  status_context.set_deadline(std::chrono::system_clock::now() + kDeadline);
  context.set_deadline(std::chrono::system_clock::now() + kDeadline);
  const std::stop_callback cancel(stop, [&context] { context.TryCancel(); });
  v1::GetStatusResponse status;
  if (!stub_->GetStatus(&status_context, v1::GetStatusRequest(), &status).ok() || !status.store().has_last_time())
    return;
  v1::CorrelateRequest request;
  *request.mutable_range()->mutable_end() = status.store().last_time();
  *request.mutable_range()->mutable_start() = status.store().last_time();
  request.mutable_range()->mutable_start()->set_seconds(status.store().last_time().seconds() - kWarmSeconds);
  request.set_page_size(1);
  v1::CorrelateResponse ignored;
  (void)stub_->Correlate(&context, request, &ignored);  // whoever asks next is told what is wrong
}

void DetectionLoop::Run(const std::stop_token& stop) {
  WarmUp(stop);
  while (!stop.stop_requested()) {
    const bool more = Look(stop);
    MutexLock lock(wait_mu_);
    wait_.wait_for(wait_mu_, stop, more ? kBetweenCallsOfAReplay : interval_, [] { return false; });
  }
}

// Asks for one row of each kind: the number of all comes with it, and other sides are looked for of rows alone.
bool DetectionLoop::Look(const std::stop_token& stop) {
  OpenFindings open;
  bool replaying = false;
  for (const char* kind : {"spike", "new", "silence", "rate"}) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + kDeadline);
    const std::stop_callback cancel(stop, [&context] { context.TryCancel(); });
    v1::ListFindingsRequest request;
    request.add_kinds(kind);
    request.set_open_only(true);
    request.set_page_size(1);
    v1::ListFindingsResponse response;
    const grpc::Status status = stub_->ListFindings(&context, request, &response);
    if (!status.ok()) {
      if (!failing_ && !stop.stop_requested()) LogError("detection failed", {{"reason", status.error_message()}});
      failing_ = true;
      return false;
    }
    open[kind] = response.total_size();
    replaying = response.replaying();
  }
  if (failing_) LogInfo("detection works again");
  failing_ = false;
  observe_(open);
  return replaying;
}

}  // namespace faultline::deploy
