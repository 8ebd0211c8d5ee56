#include "deploy/server/process_signals.h"

#include <pthread.h>
#include <unistd.h>

namespace faultline::deploy {
namespace {

sigset_t Signals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int number : {SIGTERM, SIGINT, SIGHUP, SIGUSR1}) sigaddset(&signals, number);
  return signals;
}

ProcessSignal Meaning(int number) {
  return number == SIGHUP ? ProcessSignal::kReload : number == SIGUSR1 ? ProcessSignal::kEnded : ProcessSignal::kStop;
}

}  // namespace

void BlockProcessSignals() {
  const sigset_t signals = Signals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  // A peer that went away is an error of its call, not of the process.
  signal(SIGPIPE, SIG_IGN);
}

ProcessSignal WaitForProcessSignal() {
  const sigset_t signals = Signals();
  int number = 0;
  while (sigwait(&signals, &number) != 0) {
  }
  return Meaning(number);
}

std::optional<ProcessSignal> WaitForProcessSignal(std::chrono::milliseconds timeout) {
  const sigset_t signals = Signals();
  const timespec wait{timeout.count() / 1000, (timeout.count() % 1000) * 1'000'000};
  const int number = sigtimedwait(&signals, nullptr, &wait);
  if (number < 0) return std::nullopt;
  return Meaning(number);
}

void RaiseEnded() { kill(getpid(), SIGUSR1); }

}  // namespace faultline::deploy
