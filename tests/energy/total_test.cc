// A meter of the whole machine: what it says, what its parts explain, and whose the rest is.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "energy/account.h"
#include "energy/uses.h"

namespace jouleprint::energy {
namespace {

using ::testing::HasSubstr;

constexpr Seconds kMinute{60};
// All that was busy was the job's.
constexpr CpuUse kAlone{Seconds{120}, Seconds{120}, Seconds{240}};
// A third of it.
constexpr CpuUse kThird{Seconds{40}, Seconds{120}, Seconds{240}};

Question Machine(std::vector<DomainUse> parts, DomainUse total, const CpuUse& cpu = kAlone) {
  return {.uses = std::move(parts), .total = std::move(total), .duration = kMinute, .cpu = cpu};
}

TEST(TotalTest, TheMachineIsWhatTheTotalSaysWithItsInterval) {
  const Account account = MakeAccount(
      Machine({Package("package-0", Joules{3000}), Gpu("gpu-0", Joules{6000})}, Wall(Joules{12'000})));
  EXPECT_NEAR(InJoules(account.kwh.machine.value), 12'000, 1e-6);
  EXPECT_NEAR(InJoules(account.kwh.machine.upper_width()), 120, 1e-6) << "not the parts' 8 %";
  EXPECT_EQ(account.kwh.machine.basis, Basis::kMetered);
  ASSERT_TRUE(account.total.has_value());
  EXPECT_EQ(account.total->name, "wall");
  EXPECT_EQ(account.total->source, "a plug");
}

TEST(TotalTest, WhatThePartsLeaveIsADomainOfItsOwn) {
  const Account account = MakeAccount(
      Machine({Package("package-0", Joules{3000}), Gpu("gpu-0", Joules{6000})}, Wall(Joules{12'000})));
  ASSERT_EQ(account.domains.size(), 3u);
  const DomainRecord& other = account.domains.back();
  EXPECT_EQ(other.name, "other");
  EXPECT_EQ(other.component, Component::kOther);
  EXPECT_EQ(other.basis, Basis::kCounter) << "as weak as the weakest of what it is made from";
  EXPECT_THAT(other.source, HasSubstr("a plug"));
  EXPECT_NEAR(InJoules(other.energy_kwh.value), 3000, 1e-6);
  // 1 % of the wall, 5 % of the package and 8 % of the GPU err on their own.
  EXPECT_NEAR(InJoules(other.energy_kwh.upper_width()), std::hypot(120, 150, 480), 1e-6);
  double sum = 0;
  for (const DomainRecord& domain : account.domains) sum += domain.energy_kwh.value;
  EXPECT_NEAR(sum, account.kwh.machine.value, 1e-15);
}

TEST(TotalTest, ATotalAloneIsAllOther) {
  const Account account = MakeAccount(Machine({}, WithIdle(Wall(Joules{6000}), Watts{40}), kThird));
  ASSERT_EQ(account.domains.size(), 1u);
  EXPECT_NEAR(InJoules(account.domains[0].energy_kwh.value), 6000, 1e-6);
  EXPECT_EQ(account.domains[0].attributed_by, "CPU time");
  EXPECT_NEAR(InJoules(account.kwh.marginal->value), 3600, 1e-6);
  EXPECT_NEAR(InJoules(account.kwh.share.value), 1200, 1e-6);
}

TEST(TotalTest, MarginalIsTheTotalsAboveItsOwnIdle) {
  const Account account = MakeAccount(Machine({WithIdle(Package("package-0", Joules{3000}), Watts{20})},
                                              WithIdle(Wall(Joules{9000}), Watts{100})));
  ASSERT_TRUE(account.kwh.marginal.has_value());
  EXPECT_NEAR(InJoules(account.kwh.marginal->value), 3000, 1e-6);
  const DomainRecord& other = account.domains.back();
  // Idle of the wall less that of the package: 80 W for a minute.
  ASSERT_TRUE(other.idle_kwh.has_value());
  EXPECT_NEAR(InJoules(*other.idle_kwh), 4800, 1e-6);
}

TEST(TotalTest, TheRestFollowsItsParts) {
  const Account account = MakeAccount(Machine({WithIdle(Package("package-0", Joules{3000}), Watts{20})},
                                              WithIdle(Wall(Joules{9000}), Watts{100}), kThird));
  EXPECT_EQ(account.domains.back().attributed_by, "its parts");
  // The job used a third of the busy time: a third of all that is above idle, the supply's loss with it.
  EXPECT_NEAR(InJoules(account.kwh.share.value), 1000, 1e-6);
  EXPECT_NEAR(account.total->share, 1000.0 / 9000, 1e-9);
  EXPECT_LT(InJoules(account.kwh.share.upper_width()), 15) << "one meter's error, not that of a difference";
}

TEST(TotalTest, APartWithoutABaselineLeavesNoMarginal) {
  const Account account =
      MakeAccount(Machine({Gpu("gpu-0", Joules{3000})}, WithIdle(Wall(Joules{9000}), Watts{100})));
  EXPECT_FALSE(account.kwh.marginal.has_value());
  EXPECT_FALSE(account.domains.back().idle_kwh.has_value());
  EXPECT_NEAR(account.kwh.share.value + account.kwh.unattributed.value, account.kwh.machine.value, 1e-15);
}

TEST(TotalTest, PartsThatShowMoreLeaveNoRestAndAreDoubted) {
  const Account account = MakeAccount(Machine({Package("package-0", Joules{3000})}, Wall(Joules{2000})));
  EXPECT_NEAR(InJoules(account.kwh.machine.value), 2000, 1e-6) << "the total stands";
  EXPECT_EQ(account.domains.back().energy_kwh.value, 0);
  EXPECT_NEAR(InJoules(account.domains.front().energy_kwh.value), 3000, 1e-6) << "as its meter showed it";
  ASSERT_EQ(account.warnings.size(), 1u);
  EXPECT_THAT(account.warnings[0], HasSubstr("the parts of wall show more energy than wall itself (a plug)"));
  EXPECT_LE(account.kwh.share.value, account.kwh.machine.value);
  EXPECT_GE(account.kwh.unattributed.value, 0);
}

TEST(TotalTest, PartsThatShowMoreWithinTheirErrorsAreBelieved) {
  const Account account = MakeAccount(Machine({Package("package-0", Joules{2050})}, Wall(Joules{2000})));
  EXPECT_TRUE(account.warnings.empty());
  EXPECT_EQ(account.domains.back().energy_kwh.value, 0);
  EXPECT_GT(account.domains.back().energy_kwh.high, 0) << "something is left, all the same";
}

TEST(TotalTest, AModelBesideAMeterSplitsTheMeter) {
  const Account account = MakeAccount(Machine({Modelled("cpu", Joules{5000})}, Wall(Joules{6000})));
  EXPECT_EQ(account.kwh.machine.basis, Basis::kMetered);
  EXPECT_EQ(account.domains.back().basis, Basis::kModelled);
  EXPECT_NEAR(InJoules(account.kwh.machine.high), 6060, 1e-6);
}

}  // namespace
}  // namespace jouleprint::energy
