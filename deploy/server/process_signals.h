// The signals that steer faultlined.
#pragma once

#include <signal.h>

#include <chrono>
#include <optional>

namespace faultline::deploy {

enum class ProcessSignal {
  kStop,    // SIGTERM, SIGINT
  kReload,  // SIGHUP
  kEnded,   // raised by ourselves: a part came to its end
};

// Blocks them for all threads made from now on. Call it before the first.
void BlockProcessSignals();
// Waits for the next; only after BlockProcessSignals().
ProcessSignal WaitForProcessSignal();
// The same, but nullopt after `timeout`.
std::optional<ProcessSignal> WaitForProcessSignal(std::chrono::milliseconds timeout);
// Makes WaitForProcessSignal return kEnded. Thread-safe.
void RaiseEnded();

}  // namespace faultline::deploy
