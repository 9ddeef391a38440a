// Whose joules they were, and how sure that is.
#include "energy/account.h"

#include <gtest/gtest.h>

#include <cmath>

#include "energy/uses.h"

namespace jouleprint::energy {
namespace {

constexpr Seconds kMinute{60};
// Half of four processors' time over a minute, the job being all that ran.
constexpr CpuUse kHalfBusy{Seconds{120}, Seconds{120}, Seconds{240}};

double Joule(double kwh) { return kwh * kJoulesPerKwh; }

TEST(AccountTest, NothingMeasuredIsNothingAndAssumed) {
  const Account account = MakeAccount({}, kMinute, kHalfBusy);
  EXPECT_TRUE(account.domains.empty());
  EXPECT_EQ(account.kwh.machine, Estimate::Exact(0, Basis::kAssumed));
  EXPECT_FALSE(account.kwh.marginal.has_value()) << "absent, not zero";
}

TEST(AccountTest, TheMachineIsTheSumOfItsDomains) {
  const Account account =
      MakeAccount({Package("package-0", Joules{3000}), Gpu("gpu-0", Joules{6000})}, kMinute, kHalfBusy);
  EXPECT_NEAR(Joule(account.kwh.machine.value), 9000, 1e-9);
  EXPECT_EQ(account.kwh.machine.basis, Basis::kCounter);
  ASSERT_EQ(account.domains.size(), 2u);
  EXPECT_EQ(account.domains[1].name, "gpu-0");
  EXPECT_NEAR(account.domains[0].mean_power_w, 50, 1e-9);
  EXPECT_NEAR(Joule(account.domains[1].energy_kwh.value), 6000, 1e-9);
}

TEST(AccountTest, DomainsOfOneMeterErrTogetherMetersApart) {
  const Account one =
      MakeAccount({Package("package-0", Joules{1000}), Package("package-1", Joules{1000})}, kMinute, {});
  EXPECT_NEAR(Joule(one.kwh.machine.upper_width()), 100, 1e-6);
  DomainUse other = Package("gpu-0", Joules{1000});
  other.meter = "nvml";
  const Account two = MakeAccount({Package("package-0", Joules{1000}), other}, kMinute, {});
  EXPECT_NEAR(Joule(two.kwh.machine.upper_width()), 50 * std::sqrt(2), 1e-6);
  EXPECT_NEAR(Joule(two.kwh.machine.lower_width()), 50 * std::sqrt(2), 1e-6);
}

TEST(AccountTest, AModelsIntervalIsItsFactors) {
  const Estimate machine = MakeAccount({Modelled("cpu", Joules{1000})}, kMinute, {}).kwh.machine;
  EXPECT_NEAR(Joule(machine.low), 330, 1e-6);
  EXPECT_NEAR(Joule(machine.high), 1650, 1e-6);
  EXPECT_EQ(machine.basis, Basis::kModelled);
}

TEST(AccountTest, AShortRunIsUncertainByWhenTheDeviceRenewsItsCounter) {
  DomainUse gpu = Gpu("gpu-0", Joules{300});
  gpu.info.error.relative = 0;
  gpu.info.error.update_period = Seconds{0.1};
  // 300 W: a tenth of a second is 30 J, of which 1 - sqrt(0.1) hold 90 %.
  const double ends = 30 * (1 - std::sqrt(0.1));
  EXPECT_NEAR(Joule(MakeAccount({gpu}, Seconds{1}, {}).kwh.machine.upper_width()), ends, 1e-6);
  gpu.energy = Joules{300 * 3600};
  EXPECT_NEAR(Joule(MakeAccount({gpu}, Seconds{3600}, {}).kwh.machine.upper_width()), ends, 1e-6);
}

TEST(AccountTest, WhatWasFilledInIsHalfUncertain) {
  DomainUse use = Package("package-0", Joules{1000});
  use.info.error.relative = 0;
  use.filled = Joules{400};
  EXPECT_NEAR(Joule(MakeAccount({use}, kMinute, {}).kwh.machine.lower_width()), 200, 1e-6);
}

TEST(AccountTest, MarginalIsWhatIsAboveIdle) {
  const Account account =
      MakeAccount({WithIdle(Package("package-0", Joules{3000}), Watts{20})}, kMinute, kHalfBusy);
  ASSERT_TRUE(account.kwh.marginal.has_value());
  EXPECT_NEAR(Joule(account.kwh.marginal->value), 1800, 1e-6);
  EXPECT_NEAR(Joule(account.kwh.marginal->upper_width()), 90, 1e-6);
  EXPECT_NEAR(Joule(account.kwh.share.value), 1800, 1e-6)
      << "the job used all the processor time that was used";
  EXPECT_NEAR(Joule(account.kwh.unattributed.value), 1200, 1e-6);
  ASSERT_TRUE(account.domains[0].idle_kwh.has_value());
  EXPECT_NEAR(Joule(*account.domains[0].idle_kwh), 1200, 1e-6);
}

TEST(AccountTest, MarginalIsAbsentWhereOneDomainHasNoBaseline) {
  const Account account =
      MakeAccount({WithIdle(Package("package-0", Joules{3000}), Watts{20}), Gpu("gpu-0", Joules{100})},
                  kMinute, kHalfBusy);
  EXPECT_FALSE(account.kwh.marginal.has_value());
}

TEST(AccountTest, ABaselineAboveTheEnergyLeavesNothingAndNotLess) {
  const Account account =
      MakeAccount({WithIdle(Package("package-0", Joules{600}), Watts{50})}, kMinute, kHalfBusy);
  ASSERT_TRUE(account.kwh.marginal.has_value());
  EXPECT_EQ(account.kwh.marginal->value, 0);
  EXPECT_EQ(account.kwh.marginal->low, 0);
  EXPECT_EQ(account.kwh.share.value, 0);
  EXPECT_EQ(account.kwh.unattributed.value, account.kwh.machine.value);
}

TEST(AccountTest, AnUnsureBaselineMakesMarginalAndShareUnsure) {
  DomainUse use = WithIdle(Package("package-0", Joules{3000}), Watts{40}, Watts{5});
  use.info.error.relative = 0;
  const Account account = MakeAccount({use}, kMinute, CpuUse{Seconds{60}, Seconds{120}, Seconds{240}});
  EXPECT_NEAR(Joule(account.kwh.machine.upper_width()), 0, 1e-9);
  EXPECT_NEAR(Joule(account.kwh.marginal->upper_width()), 300, 1e-6);
  EXPECT_NEAR(Joule(account.kwh.share.value), 300, 1e-6);
  EXPECT_NEAR(Joule(account.kwh.share.upper_width()), 150, 0.1);
  EXPECT_NEAR(Joule(account.kwh.share.lower_width()), 150, 0.1);
}

TEST(AccountTest, TheEndsOfARunAreNoMoreCertainAboveIdle) {
  DomainUse gpu = WithIdle(Gpu("gpu-0", Joules{300}), Watts{270});
  gpu.info.error.relative = 0;
  gpu.info.error.update_period = Seconds{0.1};
  const Account account = MakeAccount({gpu}, Seconds{1}, {});
  EXPECT_NEAR(account.kwh.marginal->upper_width(), account.kwh.machine.upper_width(), 1e-12);
}

TEST(AccountTest, TheJobsPartOfTheBusyTimeIsItsPartOfWhatIsAboveIdle) {
  const CpuUse third{Seconds{40}, Seconds{120}, Seconds{240}};
  const Account account =
      MakeAccount({WithIdle(Package("package-0", Joules{3000}), Watts{20})}, kMinute, third);
  EXPECT_NEAR(Joule(account.kwh.share.value), 600, 1e-6);
  EXPECT_NEAR(account.domains[0].share, 0.2, 1e-9);
  EXPECT_EQ(account.kwh.share.basis, Basis::kModelled)
      << "attribution by time is a model, whatever the counter";
}

TEST(AccountTest, WithoutABaselineTheShareSpansCapacityToBusyTime) {
  // A quarter of the machine's capacity, all of what was busy.
  const CpuUse cpu{Seconds{60}, Seconds{60}, Seconds{240}};
  DomainUse use = Package("package-0", Joules{4000});
  use.info.error.relative = 0;
  const Estimate share = MakeAccount({use}, kMinute, cpu).kwh.share;
  EXPECT_NEAR(Joule(share.low), 1000, 1e-6);
  EXPECT_NEAR(Joule(share.high), 4000, 1e-6);
  EXPECT_GT(share.value, share.low);
  EXPECT_LT(share.value, share.high);
}

TEST(AccountTest, WithoutABaselineAnIdleJobOnAnIdleMachineHasNextToNoShare) {
  const CpuUse idle{Seconds{0.002}, Seconds{0.02}, Seconds{480}};
  const Account account = MakeAccount({Package("package-0", Joules{4000})}, kMinute, idle);
  EXPECT_LT(account.domains[0].share, 0.001);
  EXPECT_GT(account.kwh.share.high, account.kwh.machine.value / 2) << "and nobody can be sure of it";
}

TEST(AccountTest, AGpuAboveIdleIsTheJobsAndMayBeNobodys) {
  const CpuUse tiny{Seconds{1}, Seconds{100}, Seconds{240}};
  const Account account = MakeAccount({WithIdle(Gpu("gpu-0", Joules{6000}), Watts{50})}, kMinute, tiny);
  EXPECT_NEAR(Joule(account.kwh.share.value), 3000, 1e-6);
  EXPECT_EQ(account.kwh.share.low, 0);
  EXPECT_GE(Joule(account.kwh.share.high), 3000);
}

TEST(AccountTest, AJobWithoutProcessorTimeHasNoShareOfTheProcessor) {
  const Account account =
      MakeAccount({WithIdle(Package("package-0", Joules{3000}), Watts{20})}, kMinute, CpuUse{});
  EXPECT_EQ(account.kwh.share.value, 0);
  EXPECT_EQ(account.kwh.share.high, 0);
}

TEST(AccountTest, TicksThatCountLessThanTheJobDoNotMakeTheShareMoreThanAll) {
  const CpuUse coarse{Seconds{0.035}, Seconds{0.03}, Seconds{4}};
  const Account account =
      MakeAccount({WithIdle(Package("package-0", Joules{100}), Watts{20})}, Seconds{1}, coarse);
  EXPECT_NEAR(account.domains[0].share, 0.8, 1e-9);
  EXPECT_LT(account.kwh.share.low, account.kwh.share.value) << "a few ticks say little";
}

TEST(AccountTest, TheHighestPowerIsNeverBelowTheMean) {
  DomainUse use = Package("package-0", Joules{600});
  use.max_power = Watts{3};
  EXPECT_NEAR(MakeAccount({use}, Seconds{60}, {}).domains[0].max_power_w, 10, 1e-9);
}

TEST(AccountTest, ARunOfNoDurationHasNoPower) {
  const Account account =
      MakeAccount({WithIdle(Package("package-0", Joules{0}), Watts{20})}, Seconds{0}, CpuUse{});
  EXPECT_EQ(account.domains[0].mean_power_w, 0);
  EXPECT_EQ(account.kwh.machine.value, 0);
  EXPECT_EQ(account.kwh.share.value, 0);
}

}  // namespace
}  // namespace jouleprint::energy
