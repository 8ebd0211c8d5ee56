// How many queries may run at once over HTTP: each holds a thread of the HTTP server.
//
// Thread-safe.
#pragma once

#include <atomic>

namespace faultline::deploy {

class HttpSlots {
 public:
  explicit HttpSlots(int most) : most_(most) {}

  // One place, until it goes.
  class Slot {
   public:
    explicit Slot(HttpSlots& slots) : slots_(slots), taken_(++slots.used_ <= slots.most_) {}
    ~Slot() { --slots_.used_; }
    Slot(const Slot&) = delete;
    Slot& operator=(const Slot&) = delete;
    // False when all were taken: answer nothing but that.
    bool taken() const { return taken_; }

   private:
    HttpSlots& slots_;
    const bool taken_;
  };

 private:
  const int most_;
  std::atomic<int> used_{0};
};

}  // namespace faultline::deploy
