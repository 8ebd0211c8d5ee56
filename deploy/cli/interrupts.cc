#include "deploy/cli/interrupts.h"

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <filesystem>
#include <utility>

#include "deploy/cli/exit_code.h"
#include "deploy/cli/pager.h"

namespace faultline::deploy {
namespace {

Interrupts* current_interrupts = nullptr;

sigset_t Signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  return signals;
}

}  // namespace

Interrupts::Interrupts() {
  const sigset_t signals = Signals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  signal(SIGPIPE, SIG_IGN);  // a reader that has seen enough is found out by writing
  watcher_ = std::jthread([this] { Watch(); });
  current_interrupts = this;
}

Interrupts::~Interrupts() {
  current_interrupts = nullptr;
  {
    MutexLock lock(mu_);
    stopping_ = true;
  }
  pthread_kill(watcher_.native_handle(), SIGTERM);  // only the watcher sees it
}

Interrupts* Interrupts::current() { return current_interrupts; }

void Interrupts::SetHandler(std::function<void()> handler) {
  MutexLock lock(mu_);
  handler_ = std::move(handler);
}

void Interrupts::RemoveOnExit(std::string folder) {
  MutexLock lock(mu_);
  folder_ = std::move(folder);
}

void Interrupts::Watch() {
  const sigset_t signals = Signals();
  while (true) {
    int signal_number = 0;
    if (sigwait(&signals, &signal_number) != 0) continue;
    {
      MutexLock lock(mu_);
      if (stopping_) return;
    }
    Handle();
  }
}

void Interrupts::Handle() {
  MutexLock lock(mu_);
  if (const std::function<void()> handler = std::exchange(handler_, nullptr)) {
    handler();
    return;
  }
  End(kInterrupted);
}

void Interrupts::EndNow(int code) {
  MutexLock lock(mu_);
  End(code);
}

void Interrupts::End(int code) {
  Pager::Abandon();
  std::error_code ignored;
  if (!folder_.empty()) std::filesystem::remove_all(folder_, ignored);
  _exit(code);
}

}  // namespace faultline::deploy
