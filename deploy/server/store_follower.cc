#include "deploy/server/store_follower.h"

#include <string>

#include "base/log.h"

namespace faultline::deploy {

StoreFollower::StoreFollower(store::Store& store, std::chrono::milliseconds interval, Health& health)
    : store_(store),
      interval_(interval),
      health_(health),
      thread_([this](const std::stop_token& stop) { Follow(stop); }) {}

void StoreFollower::Follow(const std::stop_token& stop) {
  bool failing = false;
  while (!stop.stop_requested()) {
    const absl::Status status = store_.CatchUp();
    if (!status.ok() && !failing) {
      LogError("store not followed", {{"reason", status}});
      health_.SetNotReady("follow", std::string(status.message()));
    } else if (status.ok() && failing) {
      LogInfo("store followed again");
    }
    if (status.ok()) health_.SetReady("follow");
    failing = !status.ok();
    MutexLock lock(wait_mu_);
    wait_.wait_for(wait_mu_, stop, interval_, [] { return false; });
  }
}

}  // namespace faultline::deploy
