#include "os/signals.h"

#include <gtest/gtest.h>
#include <pthread.h>
#include <unistd.h>

#include <cerrno>

#include "os/wait.h"

namespace jouleprint::os {
namespace {

/// A disposition that is what it was when the test ends.
class Disposition {
 public:
  Disposition(int number, void (*handler)(int)) : number_(number) {
    struct sigaction action {};
    action.sa_handler = handler;
    ::sigaction(number, &action, &before_);
  }
  ~Disposition() { ::sigaction(number_, &before_, nullptr); }

 private:
  const int number_;
  struct sigaction before_ {};
};

bool IsBlocked(int number) {
  sigset_t now;
  ::pthread_sigmask(SIG_BLOCK, nullptr, &now);
  return sigismember(&now, number) == 1;
}

TEST(SignalInboxTest, ASignalIsAMessage) {
  SignalInbox inbox;
  EXPECT_FALSE(inbox.Next().has_value());
  ::kill(::getpid(), SIGTERM);
  EXPECT_TRUE(WaitReadable({inbox.fd()}, Seconds{10}));
  const auto message = inbox.Next();
  ASSERT_TRUE(message.has_value());
  EXPECT_EQ(message->number, SIGTERM);
  EXPECT_TRUE(message->from_process);
  EXPECT_FALSE(inbox.Next().has_value());
}

TEST(SignalInboxTest, WhatWasIgnoredStaysIgnored) {
  const Disposition ignored(SIGHUP, SIG_IGN);
  SignalInbox inbox;
  ::kill(::getpid(), SIGHUP);
  EXPECT_FALSE(inbox.Next().has_value());
}

TEST(SignalInboxTest, TheMaskIsAsItWasBeforeAndWhatNobodyTookIsGone) {
  ASSERT_FALSE(IsBlocked(SIGUSR1));
  {
    SignalInbox inbox;
    EXPECT_TRUE(IsBlocked(SIGUSR1));
    EXPECT_FALSE(sigismember(&inbox.original_mask(), SIGUSR1));
    EXPECT_FALSE(IsBlocked(SIGTSTP)) << "Ctrl-Z stops us with the job";
    ::kill(::getpid(), SIGUSR1);  // would end this test if it were delivered at the end
  }
  EXPECT_FALSE(IsBlocked(SIGUSR1));
}

TEST(SignalInboxTest, ChildrenCanBeWaitedForWhereTheirSignalWasIgnored) {
  const Disposition ignored(SIGCHLD, SIG_IGN);
  struct sigaction now {};
  {
    SignalInbox inbox;
    EXPECT_TRUE(inbox.child_signal_was_ignored());
    ::sigaction(SIGCHLD, nullptr, &now);
    EXPECT_EQ(now.sa_handler, SIG_DFL);
  }
  ::sigaction(SIGCHLD, nullptr, &now);
  EXPECT_EQ(now.sa_handler, SIG_IGN);
}

TEST(BrokenPipesFailTest, AWriteThatNobodyReadsFailsAndEndsNobody) {
  const Disposition deadly(SIGPIPE, SIG_DFL);
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  ::close(ends[0]);
  const File write(ends[1]);
  {
    const BrokenPipesFail guard;
    EXPECT_EQ(::write(write.fd(), "x", 1), -1);
    EXPECT_EQ(errno, EPIPE);
  }
  EXPECT_FALSE(IsBlocked(SIGPIPE)) << "and nothing was delivered when it was unblocked";
}

TEST(SignalNameTest, AsPeopleWriteIt) {
  EXPECT_STREQ(SignalName(SIGTERM), "TERM");
  EXPECT_STREQ(SignalName(9999), "unknown");
}

}  // namespace
}  // namespace jouleprint::os
