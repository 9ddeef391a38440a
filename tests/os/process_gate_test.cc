#include "os/process_gate.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <thread>

namespace jouleprint::os {
namespace {

int StatusOf(pid_t child) {
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST(ProcessGate, AForkWaitsForWhoHoldsItAndTheChildFindsItOpen) {
  std::atomic<bool> holding{false};
  std::atomic<bool> forked{false};
  bool forked_meanwhile = true;
  std::thread holder([&] {
    const GateHold hold;
    holding = true;
    ::usleep(50'000);
    forked_meanwhile = forked;
  });
  while (!holding) std::this_thread::yield();
  const pid_t child = ::fork();
  if (child == 0) {
    const GateHold hold;
    ::_exit(hold.exiting() ? 1 : 0);
  }
  forked = true;
  holder.join();
  EXPECT_FALSE(forked_meanwhile);
  EXPECT_EQ(StatusOf(child), 0);
}

TEST(ProcessGate, ManyMayHoldItAndOneMayTwice) {
  const GateHold hold;
  std::thread([] { const GateHold other; }).join();
  const GateHold again;
  EXPECT_FALSE(again.exiting());
}

TEST(ProcessGate, WhoHangsHoldsUpNoForkForEver) {
  std::atomic<bool> holding{false};
  std::atomic<bool> done{false};
  std::thread holder([&] {
    const GateHold hold;
    holding = true;
    while (!done) std::this_thread::yield();
  });
  while (!holding) std::this_thread::yield();
  const pid_t child = ::fork();
  if (child == 0) {
    const GateHold hold;
    ::_exit(0);
  }
  EXPECT_EQ(StatusOf(child), 0);
  done = true;
  holder.join();
}

}  // namespace
}  // namespace jouleprint::os
