#include "deploy/cli/pager.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace faultline::deploy {
namespace {

std::atomic<pid_t> pager_pid = -1;

std::string Command() {
  for (const char* name : {"FAULTLINE_PAGER", "PAGER"}) {
    if (const char* value = std::getenv(name); value != nullptr) return value;
  }
  return "less";
}

// Runs in the child. `report` tells the parent what is wrong by one byte.
[[noreturn]] void Run(const std::string& command, int input, int report) {
  dup2(input, STDIN_FILENO);
  close(input);
  // Quit if it fits on one screen, pass colours, leave the text where it is; no
  // shell, no editor and no files from inside, as the text is of strangers.
  setenv("LESS", "FRX", /*overwrite=*/0);
  setenv("LESSSECURE", "1", 1);
  setenv("LESSCHARSET", "utf-8", 0);
  sigset_t none;
  sigemptyset(&none);
  pthread_sigmask(SIG_SETMASK, &none, nullptr);  // ours holds SIGINT back
  signal(SIGPIPE, SIG_DFL);
  // A pager may be given with flags, which a shell takes apart.
  if (command.find(' ') != std::string::npos) {
    execl("/bin/sh", "sh", "-c", ("exec " + command).c_str(), nullptr);
  } else {
    execlp(command.c_str(), command.c_str(), nullptr);
  }
  const char failed = 1;
  (void)!write(report, &failed, 1);
  _exit(127);
}

}  // namespace

void Pager::Start() {
  const std::string command = Command();
  if (active() || command.empty() || command == "cat") return;
  std::array<int, 2> text{}, report{};
  if (pipe(text.data()) != 0) return;
  if (pipe2(report.data(), O_CLOEXEC) != 0) {
    close(text[0]);
    close(text[1]);
    return;
  }
  std::fflush(stdout);
  const pid_t child = fork();
  if (child == 0) {
    close(text[1]);
    Run(command, text[0], report[1]);
  }
  close(text[0]);
  close(report[1]);
  char failed = 0;
  // Ends without a byte when the pager has been started: the pipe closes by then.
  const bool running = child > 0 && read(report[0], &failed, 1) == 0;
  close(report[0]);
  if (running) {
    dup2(text[1], STDOUT_FILENO);
    pager_pid = child;
  } else if (child > 0) {
    waitpid(child, nullptr, 0);
  }
  close(text[1]);
}

bool Pager::active() { return pager_pid > 0; }

void Pager::Finish() {
  if (!active()) return;
  std::fflush(stdout);
  close(STDOUT_FILENO);
  while (waitpid(pager_pid, nullptr, 0) < 0 && errno == EINTR) continue;
  pager_pid = -1;
}

void Pager::Abandon() {
  const pid_t child = pager_pid.exchange(-1);
  if (child <= 0) return;
  kill(child, SIGTERM);
  while (waitpid(child, nullptr, 0) < 0 && errno == EINTR) continue;
}

}  // namespace faultline::deploy
