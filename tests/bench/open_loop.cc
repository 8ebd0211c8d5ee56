// Journeys over gRPC at a stated rate, open loop: each call has a time at which it is due, and its latency counts from
// then, so a server that falls behind cannot hide it. Server and caller share the process and the machine. Prints one
// JSON object a rate.
//
// usage: open_loop STORE RATE[,RATE ...] [SECONDS]
#include <grpcpp/create_channel.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <random>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "base/allocator.h"
#include "base/mutex.h"
#include "faultline/v1/failure_query_service.grpc.pb.h"
#include "query/failure_query_service.h"
#include "query/server.h"
#include "store/store.h"
#include "tests/testing/temp_dir.h"

namespace faultline::bench {
namespace {

using Clock = std::chrono::steady_clock;
constexpr size_t kChannels = 4;

[[noreturn]] void Fail(const std::string& what) {
  std::fprintf(stderr, "%s\n", what.c_str());
  std::exit(1);
}

std::vector<std::string> SampleIds(const store::View& view) {
  std::vector<std::string> ids;
  int seen = 0;
  for (const auto& segment : view.segments) {
    const auto status = segment->ForEachId(store::IdKind::kMessage, [&](std::string_view id, auto) {
      if (seen++ % 499 == 0) ids.emplace_back(id);
    });
    if (!status.ok()) Fail(status.ToString());
  }
  if (ids.empty()) Fail("no message ids in the store");
  std::shuffle(ids.begin(), ids.end(), std::mt19937(1));
  return ids;
}

class Caller {
 public:
  Caller(int port, std::vector<std::string> ids) : ids_(std::move(ids)) {
    for (size_t i = 0; i < kChannels; ++i) {
      grpc::ChannelArguments arguments;
      arguments.SetInt("grpc.channel_number", static_cast<int>(i));  // a connection each
      stubs_.push_back(v1::FailureQueryService::NewStub(grpc::CreateCustomChannel(
          "127.0.0.1:" + std::to_string(port), grpc::InsecureChannelCredentials(), arguments)));
    }
  }

  void Run(double rate, double seconds) {
    took_ms_.clear();
    failed_ = 0;
    const auto calls = static_cast<size_t>(rate * seconds);
    const auto start = Clock::now();
    for (size_t i = 0; i < calls; ++i) {
      const auto due = start + std::chrono::duration_cast<Clock::duration>(
                                   std::chrono::duration<double>(static_cast<double>(i) / rate));
      std::this_thread::sleep_until(due);
      Start(i, due);
    }
    while (open_ > 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    Report(rate, std::chrono::duration<double>(Clock::now() - start).count());
  }

 private:
  struct CallState {
    grpc::ClientContext context;
    v1::GetJourneyRequest request;
    v1::GetJourneyResponse response;
  };

  void Start(size_t number, Clock::time_point due) {
    auto call = std::make_shared<CallState>();
    call->request.set_id(ids_[number % ids_.size()]);
    call->request.set_kind(v1::ID_KIND_MESSAGE);
    ++open_;
    stubs_[number % kChannels]->async()->GetJourney(&call->context, &call->request, &call->response,
                                                    [this, call, due](const grpc::Status& status) {
                                                      Finish(due, status.ok() && !call->response.events().empty());
                                                    });
  }
  void Finish(Clock::time_point due, bool good) {
    const double ms = std::chrono::duration<double, std::milli>(Clock::now() - due).count();
    {
      const MutexLock lock(mu_);
      took_ms_.push_back(ms);
    }
    if (!good) ++failed_;
    --open_;
  }
  void Report(double rate, double seconds) {
    const MutexLock lock(mu_);
    std::sort(took_ms_.begin(), took_ms_.end());
    std::printf(
        "{\"rate\": %.0f, \"calls\": %zu, \"failed\": %lld, \"answered_per_s\": %.0f, \"p50_ms\": %.2f, "
        "\"p99_ms\": %.2f}\n",
        rate, took_ms_.size(), static_cast<long long>(failed_), static_cast<double>(took_ms_.size()) / seconds,
        took_ms_[took_ms_.size() / 2], took_ms_[took_ms_.size() * 99 / 100]);
    std::fflush(stdout);
  }

  const std::vector<std::string> ids_;
  std::vector<std::unique_ptr<v1::FailureQueryService::Stub>> stubs_;
  std::atomic<int64_t> open_{0}, failed_{0};
  Mutex mu_;
  std::vector<double> took_ms_ ABSL_GUARDED_BY(mu_);
};

int Run(const std::string& path, const std::string& rates, double seconds) {
  const testing::TempDir scratch;
  store::StoreOptions options;
  options.path = path;
  const auto store = store::Store::OpenSecondary(options, scratch / "log");
  if (!store.ok()) Fail(store.status().ToString());
  query::ServiceOptions service_options;
  const auto service = query::MakeFailureQueryService(service_options, **store, nullptr, [] {
    query::RuntimeStatus status;
    status.role = "query";
    return status;
  });
  query::ServerOptions server_options;
  server_options.address = "127.0.0.1:0";
  const auto server = query::Server::Start(server_options, *service);
  if (!server.ok()) Fail(server.status().ToString());
  Caller caller((*server)->port(), SampleIds(*(*store)->view()));
  caller.Run(500, 1);  // warm
  std::stringstream list(rates);
  for (std::string rate; std::getline(list, rate, ',');) caller.Run(std::atof(rate.c_str()), seconds);
  return 0;
}

}  // namespace
}  // namespace faultline::bench

int main(int argc, char** argv) {
  faultline::KeepFreedMemory();
  if (argc == 3 || argc == 4) return faultline::bench::Run(argv[1], argv[2], argc == 4 ? std::atof(argv[3]) : 10);
  std::fprintf(stderr, "usage: %s STORE RATE[,RATE ...] [SECONDS]\n", argv[0]);
  return 2;
}
