// Role query: keeps a secondary store up to date.
#pragma once

#include <chrono>
#include <stop_token>
#include <thread>

#include "base/mutex.h"
#include "deploy/server/health.h"
#include "store/store.h"

namespace faultline::deploy {

class StoreFollower {
 public:
  // Takes over what is new every `interval`, until destroyed. `store` and
  // `health` must outlive it. While that fails, "follow" is not ready and the
  // store answers from what it has.
  StoreFollower(store::Store& store, std::chrono::milliseconds interval, Health& health);

 private:
  void Follow(const std::stop_token& stop);

  store::Store& store_;
  const std::chrono::milliseconds interval_;
  Health& health_;
  Mutex wait_mu_;
  CondVar wait_;
  std::jthread thread_;  // last: it uses the others
};

}  // namespace faultline::deploy
