// Errors that say what to do, and the exit statuses of the contract.
#include "jouleprint/result.h"

#include <gtest/gtest.h>

#include <memory>

#include "jouleprint/record.h"

namespace jouleprint {
namespace {

constexpr ErrorCode kAllCodes[] = {
    ErrorCode::kInvalidArgument, ErrorCode::kNotFound, ErrorCode::kNotPermitted, ErrorCode::kNotPresent,
    ErrorCode::kRefused,         ErrorCode::kIo,       ErrorCode::kCorrupt,      ErrorCode::kInternal};

TEST(ErrorTest, EveryCodeHasARemedy) {
  for (const ErrorCode code : kAllCodes) EXPECT_FALSE(GeneralHint(code).empty());
}

TEST(ErrorTest, WhatTheMachineCannotDoExitsWithThreeAllElseWithTwo) {
  for (const ErrorCode code : kAllCodes) {
    const bool machine = code == ErrorCode::kNotPresent || code == ErrorCode::kRefused;
    EXPECT_EQ(ExitStatus(code), machine ? 3 : 2);
  }
}

TEST(ErrorTest, ReadsAsOneSentenceWithItsRemedy) {
  EXPECT_EQ((Error{ErrorCode::kIo, "cannot read x", "look at y"}).ToString(), "cannot read x; look at y");
  EXPECT_EQ((Error{ErrorCode::kIo, "cannot read x", ""}).ToString(), "cannot read x");
}

TEST(ResultTest, HoldsAValueOrAnError) {
  Result<std::unique_ptr<int>> good = std::make_unique<int>(7);
  ASSERT_TRUE(good.ok());
  EXPECT_EQ(**good, 7);
  const std::unique_ptr<int> taken = *std::move(good);
  EXPECT_EQ(*taken, 7);
  const Result<int> bad = Error{ErrorCode::kNotFound, "no such run", ""};
  EXPECT_FALSE(bad);
  EXPECT_EQ(bad.error().message, "no such run");
  EXPECT_EQ(bad.value_or(3), 3);
  EXPECT_TRUE(Status{}.ok());
  EXPECT_FALSE(Status(bad.error()).ok());
}

TEST(RecordNamesTest, LeadBackToWhatTheyName) {
  for (const Component component : {Component::kCpu, Component::kMemory, Component::kGpu, Component::kBoard,
                                    Component::kWall, Component::kOther}) {
    EXPECT_EQ(ComponentFromName(ComponentName(component)), component);
  }
  for (const RunState state : {RunState::kRunning, RunState::kFinished, RunState::kRecovered}) {
    EXPECT_EQ(RunStateFromName(RunStateName(state)), state);
  }
  EXPECT_EQ(ComponentName(Component::kGpu), "gpu");
  EXPECT_EQ(ComponentFromName("GPU"), std::nullopt);
  EXPECT_EQ(RunStateFromName("done"), std::nullopt);
}

}  // namespace
}  // namespace jouleprint
