// Signals by the names that people give them.
#include <gtest/gtest.h>

#include "os/signals.h"

namespace jouleprint::os {
namespace {

TEST(SignalNumberTest, KnowsTheUsualSpellings) {
  for (const char* name : {"TERM", "SIGTERM", "term", "sigterm", "15"})
    EXPECT_EQ(SignalNumber(name), SIGTERM) << name;
  EXPECT_EQ(SignalNumber("USR1"), SIGUSR1);
  EXPECT_EQ(SignalNumber("INT"), SIGINT);
  EXPECT_EQ(SignalNumber("9"), SIGKILL);
  EXPECT_EQ(SignalNumber(std::to_string(SIGRTMIN + 1)), SIGRTMIN + 1) << "one without a name";
}

TEST(SignalNumberTest, KnowsNoOthers) {
  for (const char* name : {"", "SIG", "PLEASE", "0", "-1", "999", "15x", "USR"})
    EXPECT_FALSE(SignalNumber(name)) << name;
}

TEST(SignalInboxTest, TellsThatAStoppedProgramWasContinued) {
  SignalInbox inbox;
  ::raise(SIGCONT);
  const auto message = inbox.Next();
  ASSERT_TRUE(message);
  EXPECT_EQ(message->number, SIGCONT);
}

}  // namespace
}  // namespace jouleprint::os
