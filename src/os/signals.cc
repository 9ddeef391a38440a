#include "os/signals.h"

#include <pthread.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <cctype>
#include <string>

namespace jouleprint::os {
namespace {

bool IsIgnored(int number) {
  struct sigaction action {};
  return ::sigaction(number, nullptr, &action) == 0 && action.sa_handler == SIG_IGN;
}

// What a person or a supervisor sends to a job. Stop is not among them: Ctrl-Z stops us and the job
// together, as it would stop the job alone. Continue is: it does its work all the same, and may be meant for
// a job that we hold still.
sigset_t WatchedSignals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGCHLD);
  for (const int number :
       {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGALRM, SIGXCPU, SIGPWR, SIGCONT}) {
    if (!IsIgnored(number)) sigaddset(&set, number);
  }
  for (int number = SIGRTMIN; number <= SIGRTMAX; ++number) {
    if (!IsIgnored(number)) sigaddset(&set, number);
  }
  return set;
}

sigset_t Only(int number) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, number);
  return set;
}

}  // namespace

SignalInbox::SignalInbox() : child_signal_was_ignored_(IsIgnored(SIGCHLD)) {
  if (child_signal_was_ignored_) ::signal(SIGCHLD, SIG_DFL);
  const sigset_t watched = WatchedSignals();
  ::pthread_sigmask(SIG_BLOCK, &watched, &original_);
  file_ = File(::signalfd(-1, &watched, SFD_CLOEXEC | SFD_NONBLOCK));
}

SignalInbox::~SignalInbox() {
  while (Next()) {
  }
  if (child_signal_was_ignored_) ::signal(SIGCHLD, SIG_IGN);
  ::pthread_sigmask(SIG_SETMASK, &original_, nullptr);
}

BrokenPipesFail::BrokenPipesFail() {
  const sigset_t broken_pipe = Only(SIGPIPE);
  ::pthread_sigmask(SIG_BLOCK, &broken_pipe, &original_);
}

BrokenPipesFail::~BrokenPipesFail() {
  // What came meanwhile must not be delivered when the mask is as it was.
  const sigset_t broken_pipe = Only(SIGPIPE);
  const timespec at_once{};
  while (::sigtimedwait(&broken_pipe, nullptr, &at_once) > 0) {
  }
  ::pthread_sigmask(SIG_SETMASK, &original_, nullptr);
}

std::optional<SignalMessage> SignalInbox::Next() {
  signalfd_siginfo info{};
  if (::read(file_.fd(), &info, sizeof info) != static_cast<ssize_t>(sizeof info)) return std::nullopt;
  return SignalMessage{static_cast<int>(info.ssi_signo), info.ssi_code <= 0};
}

SignalsKeptOut::SignalsKeptOut() {
  sigset_t all;
  ::sigfillset(&all);
  for (const int fault : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGSYS, SIGABRT})
    ::sigdelset(&all, fault);
  ::pthread_sigmask(SIG_SETMASK, &all, &original_);
}

SignalsKeptOut::~SignalsKeptOut() { ::pthread_sigmask(SIG_SETMASK, &original_, nullptr); }

bool EndsProgram(int number) {
  return number == SIGINT || number == SIGTERM || number == SIGHUP || number == SIGQUIT;
}

const char* SignalName(int number) {
  const char* name = ::sigabbrev_np(number);
  return name == nullptr ? "unknown" : name;
}

std::optional<int> SignalNumber(std::string_view name) {
  std::string upper;
  for (const char c : name) upper += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  if (upper.starts_with("SIG")) upper.erase(0, 3);
  for (int number = 1; number <= SIGRTMAX; ++number) {
    const char* known = ::sigabbrev_np(number);
    if ((known != nullptr && upper == known) || upper == std::to_string(number)) return number;
  }
  return std::nullopt;
}

}  // namespace jouleprint::os
