// SIGINT and SIGTERM, turned into a call on an ordinary thread: nothing that
// runs there need be async-signal-safe. SIGPIPE is ignored from then on.
#pragma once

#include <functional>
#include <thread>

#include "base/mutex.h"

namespace faultline::deploy {

class Interrupts {
 public:
  // Blocks both signals for all threads made from now on, and starts one that
  // waits for them. Make it first of all, once.
  Interrupts();
  ~Interrupts();
  Interrupts(const Interrupts&) = delete;
  Interrupts& operator=(const Interrupts&) = delete;

  // The process's own; set while one exists.
  static Interrupts* current();

  // What a signal does, instead of ending the process with status 130. Empty
  // restores that. A second signal always ends it. Thread-safe.
  void SetHandler(std::function<void()> handler);
  // Removes `folder` when a signal ends the process. Empty forgets it. Thread-safe.
  void RemoveOnExit(std::string folder);
  // Ends the process as a signal does: with no pager and no folder left behind. Thread-safe.
  [[noreturn]] void EndNow(int code);

 private:
  void Watch();
  void Handle();
  [[noreturn]] void End(int code) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);

  std::jthread watcher_;

  Mutex mu_;
  std::function<void()> handler_ ABSL_GUARDED_BY(mu_);
  std::string folder_ ABSL_GUARDED_BY(mu_);
  bool stopping_ ABSL_GUARDED_BY(mu_) = false;
};

}  // namespace faultline::deploy
