// Signals as messages: blocked for the life of a SignalInbox and read from a descriptor. A signal
// that was ignored when we were started stays ignored, for us and for the job; but for SIGCHLD, without
// which no child can be waited for: that one is ignored by the job alone.
#ifndef JOULEPRINT_OS_SIGNALS_H_
#define JOULEPRINT_OS_SIGNALS_H_

#include <signal.h>

#include <optional>
#include <string_view>

#include "os/file.h"

namespace jouleprint::os {

struct SignalMessage {
  int number = 0;
  /// Sent by a process with kill(2) or the like; a terminal's Ctrl-C comes from the kernel, which has
  /// already sent it to the whole foreground group, the job included.
  bool from_process = false;
};

/// Made by the main thread before any other is started. Not copyable.
class SignalInbox {
 public:
  SignalInbox();
  ~SignalInbox();
  SignalInbox(const SignalInbox&) = delete;
  SignalInbox& operator=(const SignalInbox&) = delete;

  /// Readable when a signal waits.
  int fd() const { return file_.fd(); }
  /// The next signal; nothing when none waits.
  std::optional<SignalMessage> Next();
  /// The mask as it was, for a child between fork and exec.
  const sigset_t& original_mask() const { return original_; }
  /// True when we were started with SIGCHLD ignored; the command is to find it so. Here it is not, or
  /// ended children could not be waited for.
  bool child_signal_was_ignored() const { return child_signal_was_ignored_; }

 private:
  sigset_t original_;
  bool child_signal_was_ignored_;
  File file_;
};

/// While it lives, a write of this thread into a pipe that nobody reads fails and ends nobody.
class BrokenPipesFail {
 public:
  BrokenPipesFail();
  ~BrokenPipesFail();
  BrokenPipesFail(const BrokenPipesFail&) = delete;
  BrokenPipesFail& operator=(const BrokenPipesFail&) = delete;

 private:
  sigset_t original_;
};

/// While it lives, signals that are meant for the process do not interrupt this thread, nor any thread that
/// it starts, ever. Those that tell of a fault in the thread itself do.
class SignalsKeptOut {
 public:
  SignalsKeptOut();
  ~SignalsKeptOut();
  SignalsKeptOut(const SignalsKeptOut&) = delete;
  SignalsKeptOut& operator=(const SignalsKeptOut&) = delete;

 private:
  sigset_t original_;
};

/// True of a signal with which somebody wants a program to end.
bool EndsProgram(int number);
/// "TERM" for 15.
const char* SignalName(int number);
/// 15 for "TERM", "SIGTERM", "term" and "15"; nothing where there is no such signal.
std::optional<int> SignalNumber(std::string_view name);

}  // namespace jouleprint::os

#endif  // JOULEPRINT_OS_SIGNALS_H_
