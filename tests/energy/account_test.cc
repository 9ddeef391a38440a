// Whose joules they were, and how sure that is.
#include "energy/account.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <cmath>

#include "energy/uses.h"
#include "support/any.h"

namespace jouleprint::energy {
namespace {

using testing::AnyBetween;

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

DomainUse AnyUse(int i) {
  const std::string name = "domain-" + std::to_string(i);
  const Joules energy{AnyBetween(0, 1'000'000) / 10.0};
  DomainUse use = *rc::gen::element(Package(name, energy), Gpu(name, energy), Modelled(name, energy));
  use.info.error.update_period = Seconds{*rc::gen::element(0.0, 0.001, 0.1)};
  use.filled = energy * *rc::gen::element(0.0, 0.0, 0.3, 1.0);
  use.max_power = Watts{AnyBetween(0, 500) * 1.0};
  if (AnyBetween(0, 3) > 0) {
    use = WithIdle(use, Watts{AnyBetween(0, 3000) / 10.0}, Watts{AnyBetween(0, 100) / 10.0});
  }
  return use;
}

bool Ordered(const Estimate& e) {
  const double slack = 1e-12 * (std::abs(e.value) + std::abs(e.high));
  return e.low >= 0 && e.low <= e.value + slack && e.value <= e.high + slack && std::isfinite(e.high);
}

RC_GTEST_PROP(AccountProperty, TheBooksBalance, ()) {
  std::vector<DomainUse> uses;
  const int domains = AnyBetween(0, 6);
  for (int i = 0; i < domains; ++i) uses.push_back(AnyUse(i));
  const Seconds duration{AnyBetween(0, 100'000) / 100.0};
  const double cpus = AnyBetween(1, 256);
  const CpuUse cpu{duration * cpus * (AnyBetween(0, 110) / 100.0),
                   duration * cpus * (AnyBetween(0, 101) / 100.0), duration * cpus};
  const Account account = MakeAccount(uses, duration, cpu);

  const double machine = account.kwh.machine.value;
  RC_ASSERT(std::abs(account.kwh.share.value + account.kwh.unattributed.value - machine) <= 1e-9 * machine);
  double shares = 0;
  double energy = 0;
  for (const DomainRecord& domain : account.domains) {
    RC_ASSERT(domain.share >= 0);
    RC_ASSERT(domain.share <= 1);
    RC_ASSERT(Ordered(domain.energy_kwh));
    RC_ASSERT(domain.max_power_w >= domain.mean_power_w);
    RC_ASSERT(!domain.idle_kwh || *domain.idle_kwh <= domain.energy_kwh.value * (1 + 1e-12));
    shares += domain.share * domain.energy_kwh.value;
    energy += domain.energy_kwh.value;
  }
  RC_ASSERT(std::abs(shares - account.kwh.share.value) <= 1e-9 * machine);
  RC_ASSERT(std::abs(energy - machine) <= 1e-9 * machine);
  RC_ASSERT(Ordered(account.kwh.machine));
  RC_ASSERT(Ordered(account.kwh.share));
  RC_ASSERT(Ordered(account.kwh.unattributed));
  if (account.kwh.marginal) {
    RC_ASSERT(Ordered(*account.kwh.marginal));
    RC_ASSERT(account.kwh.marginal->value <= machine * (1 + 1e-12));
  }
}

RC_GTEST_PROP(AccountProperty, AnIdleDomainAddsItsOwnIdleAndNoShare, ()) {
  const DomainUse use = WithIdle(AnyUse(0), Watts{10});
  const DomainUse nothing = WithIdle(Package("psys", Joules{0}), Watts{10});
  const Account alone = MakeAccount({use}, kMinute, kHalfBusy);
  const Account beside = MakeAccount({use, nothing}, kMinute, kHalfBusy);
  RC_ASSERT(alone.kwh.machine.value == beside.kwh.machine.value);
  RC_ASSERT(alone.kwh.share.value == beside.kwh.share.value);
  RC_ASSERT(alone.kwh.marginal->value == beside.kwh.marginal->value);
}

}  // namespace
}  // namespace jouleprint::energy
