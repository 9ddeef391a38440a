// Whose a GPU's and the idle machine's joules are.
#include <gtest/gtest.h>

#include "energy/account.h"
#include "energy/uses.h"

namespace jouleprint::energy {
namespace {

constexpr Seconds kMinute{60};
constexpr CpuUse kHalf{Seconds{60}, Seconds{120}, Seconds{240}};

DomainUse UsedBy(DomainUse use, const Fraction& fraction, const std::string& by) {
  use.job_part = JobPart{fraction, by};
  return use;
}

DomainUse Reserved(DomainUse use, double fraction) {
  use.reserved = fraction;
  return use;
}

DomainUse Exact(DomainUse use) {
  use.info.error.relative = 0;
  return use;
}

TEST(AttributionTest, AGpusOwnBooksSayWhoseItWas) {
  const DomainUse gpu =
      UsedBy(Exact(WithIdle(Gpu("gpu-0", Joules{6000}), Watts{50})), {0.25, 0.2, 0.4}, "GPU time by process");
  const Account account = MakeAccount({gpu}, kMinute, kHalf);
  EXPECT_NEAR(InJoules(account.kwh.share.value), 750, 1e-6);
  EXPECT_NEAR(InJoules(account.kwh.share.low), 600, 1e-6);
  EXPECT_NEAR(InJoules(account.kwh.share.high), 1200, 1e-6);
  EXPECT_EQ(account.domains[0].attributed_by, "GPU time by process");
}

TEST(AttributionTest, WithoutABaselineAGpusIdlePartIsUnsureToo) {
  const DomainUse gpu = UsedBy(Exact(Gpu("gpu-0", Joules{6000})), {0.5, 0.4, 0.6}, "GPU time by process");
  const Estimate share = MakeAccount({gpu}, kMinute, kHalf).kwh.share;
  EXPECT_EQ(share.low, 0);
  EXPECT_NEAR(InJoules(share.value), 1500, 1e-6);
  EXPECT_NEAR(InJoules(share.high), 3600, 1e-6);
}

TEST(AttributionTest, EveryDomainSaysWhatItsShareRestsOn) {
  const Account account =
      MakeAccount({Package("package-0", Joules{3000}), Gpu("gpu-0", Joules{6000})}, kMinute, kHalf);
  EXPECT_EQ(account.domains[0].attributed_by, "CPU time");
  EXPECT_EQ(account.domains[1].attributed_by, "nothing tells");
}

TEST(IdleSplitTest, WhatIsReservedOfTheIdleMachineIsAddedWhereAskedFor) {
  const DomainUse package = Reserved(Exact(WithIdle(Package("package-0", Joules{3000}), Watts{20})), 0.25);
  Question question{.uses = {package}, .duration = kMinute, .cpu = kHalf};
  const Account without = MakeAccount(question);
  question.idle_split = IdleSplit::kReservation;
  const Account with = MakeAccount(question);
  // Above idle 1800 J, half of the busy time; idle 1200 J, a quarter reserved.
  EXPECT_NEAR(InJoules(without.kwh.share.value), 900, 1e-6);
  EXPECT_NEAR(InJoules(with.kwh.share.value), 1200, 1e-6);
  EXPECT_NEAR(with.domains[0].share, 0.4, 1e-9);
  for (const Account& account : {without, with}) {
    ASSERT_TRUE(account.kwh.share_without_idle && account.kwh.share_with_idle);
    EXPECT_NEAR(InJoules(account.kwh.share_without_idle->value), 900, 1e-6)
        << "both are kept, whichever is asked";
    EXPECT_NEAR(InJoules(account.kwh.share_with_idle->value), 1200, 1e-6);
  }
}

TEST(IdleSplitTest, WithoutABaselineThereIsNothingToSplit) {
  const Question question{.uses = {Reserved(Package("package-0", Joules{3000}), 0.25)},
                          .duration = kMinute,
                          .cpu = kHalf,
                          .idle_split = IdleSplit::kReservation};
  const Account account = MakeAccount(question);
  EXPECT_FALSE(account.kwh.share_without_idle.has_value());
  EXPECT_FALSE(account.kwh.share_with_idle.has_value());
}

TEST(IdleSplitTest, AReservationThatNobodyKnowsMayBeAllOrNothing) {
  const DomainUse gpu =
      UsedBy(Exact(WithIdle(Gpu("gpu-0", Joules{6000}), Watts{50})), {0.25, 0.25, 0.25}, "test");
  const Account account = MakeAccount({gpu}, kMinute, kHalf);
  // 3000 J idle: in proportion to its use, but nobody says so.
  EXPECT_NEAR(InJoules(account.kwh.share_with_idle->value), 750 + 750, 1e-6);
  EXPECT_NEAR(InJoules(account.kwh.share_with_idle->low), 750, 1e-6);
  EXPECT_NEAR(InJoules(account.kwh.share_with_idle->high), 750 + 3000, 1e-6);
}

TEST(IdleSplitTest, TheWholeMachineReservedIsTheWholeIdleEnergy) {
  const DomainUse package = Reserved(WithIdle(Package("package-0", Joules{3000}), Watts{20}), 1);
  const CpuUse alone{Seconds{120}, Seconds{120}, Seconds{240}};
  const Account account = MakeAccount(
      {.uses = {package}, .duration = kMinute, .cpu = alone, .idle_split = IdleSplit::kReservation});
  EXPECT_NEAR(account.kwh.share.value, account.kwh.machine.value, 1e-15);
  EXPECT_NEAR(account.kwh.unattributed.value, 0, 1e-15);
}

TEST(IdleSplitTest, OfATotalTheRestIsReservedAsTheProcessorsAre) {
  DomainUse wall = Reserved(WithIdle(Wall(Joules{9000}), Watts{100}), 0.5);
  const DomainUse package = Reserved(WithIdle(Package("package-0", Joules{3000}), Watts{20}), 0.5);
  const Account account = MakeAccount({.uses = {package},
                                       .total = wall,
                                       .duration = kMinute,
                                       .cpu = kHalf,
                                       .idle_split = IdleSplit::kReservation});
  // Half of 3000 J above idle by CPU time, half of 6000 J idle by reservation.
  EXPECT_NEAR(InJoules(account.kwh.share.value), 4500, 1e-6);
}

}  // namespace
}  // namespace jouleprint::energy
