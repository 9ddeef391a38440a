// What holds of every account, whatever was measured and whoever worked.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>

#include "energy/account.h"
#include "energy/uses.h"
#include "support/any.h"

namespace jouleprint::energy {
namespace {

using testing::AnyBetween;

bool AnyYes() { return AnyBetween(0, 2) > 0; }

Fraction AnyFraction() {
  double parts[3];
  for (double& part : parts) part = AnyBetween(0, 101) / 100.0;
  std::sort(std::begin(parts), std::end(parts));
  return {parts[1], parts[0], parts[2]};
}

DomainUse AnyUse(int i) {
  const std::string name = "domain-" + std::to_string(i);
  const Joules energy{AnyBetween(0, 1'000'000) / 10.0};
  DomainUse use = *rc::gen::element(Package(name, energy), Gpu(name, energy), Modelled(name, energy));
  if (AnyYes()) use.info.kind = meters::ReadingKind::kGauge;
  use.info.error.update_period = Seconds{*rc::gen::element(0.0, 0.001, 0.1, 5.0)};
  use.info.error.averaging_window = Seconds{*rc::gen::element(0.0, 0.025, 1.0)};
  use.info.error.seen_fraction = *rc::gen::element(1.0, 1.0, 0.25);
  use.info.error.resolution = *rc::gen::element(0.0, 6.1e-5, 1.0, 3600.0);
  use.filled = energy * *rc::gen::element(0.0, 0.0, 0.3, 1.0);
  use.max_power = Watts{AnyBetween(0, 500) * 1.0};
  use.read_every = Seconds{*rc::gen::element(0.0, 0.1, 30.0)};
  if (AnyYes()) use = WithIdle(use, Watts{AnyBetween(0, 3000) / 10.0}, Watts{AnyBetween(0, 100) / 10.0});
  if (AnyYes()) use.job_part = JobPart{AnyFraction(), "a test"};
  if (AnyYes()) use.reserved = AnyBetween(0, 101) / 100.0;
  return use;
}

Question AnyQuestion() {
  Question question;
  const int domains = AnyBetween(0, 6);
  for (int i = 0; i < domains; ++i) question.uses.push_back(AnyUse(i));
  if (AnyYes()) {
    question.total = Wall(Joules{AnyBetween(0, 4'000'000) / 10.0});
    if (AnyYes()) question.total = WithIdle(*question.total, Watts{AnyBetween(0, 5000) / 10.0}, Watts{3});
    if (AnyYes()) question.total->reserved = AnyBetween(0, 101) / 100.0;
  }
  question.duration = Seconds{AnyBetween(0, 100'000) / 100.0};
  const double cpus = AnyBetween(1, 256);
  question.cpu = {question.duration * cpus * (AnyBetween(0, 110) / 100.0),
                  question.duration * cpus * (AnyBetween(0, 101) / 100.0), question.duration * cpus};
  question.idle_split = AnyYes() ? IdleSplit::kReservation : IdleSplit::kUnattributed;
  return question;
}

bool Ordered(const Estimate& e) {
  const double slack = 1e-12 * (std::abs(e.value) + std::abs(e.high));
  return e.low >= -slack && e.low <= e.value + slack && e.value <= e.high + slack && std::isfinite(e.high);
}

bool Near(double a, double b, double scale) { return std::abs(a - b) <= 1e-9 * std::abs(scale); }

RC_GTEST_PROP(AccountProperty, EveryFigureIsInItsInterval, ()) {
  const Account account = MakeAccount(AnyQuestion());
  for (const DomainRecord& domain : account.domains) {
    RC_ASSERT(domain.share >= 0);
    RC_ASSERT(domain.share <= 1);
    RC_ASSERT(Ordered(domain.energy_kwh));
    RC_ASSERT(domain.max_power_w >= domain.mean_power_w);
    RC_ASSERT(!domain.idle_kwh || *domain.idle_kwh <= domain.energy_kwh.value * (1 + 1e-12));
  }
  RC_ASSERT(Ordered(account.kwh.machine));
  RC_ASSERT(Ordered(account.kwh.share));
  RC_ASSERT(Ordered(account.kwh.unattributed));
  for (const auto& figure :
       {account.kwh.marginal, account.kwh.share_without_idle, account.kwh.share_with_idle}) {
    if (!figure) continue;
    RC_ASSERT(Ordered(*figure));
    RC_ASSERT(figure->value <= account.kwh.machine.value * (1 + 1e-12));
  }
}

RC_GTEST_PROP(AccountProperty, ShareAndUnattributedAreTheMachine, ()) {
  const EnergyFigures kwh = MakeAccount(AnyQuestion()).kwh;
  RC_ASSERT(kwh.share.value >= 0);
  RC_ASSERT(Near(kwh.share.value + kwh.unattributed.value, kwh.machine.value, kwh.machine.value));
}

RC_GTEST_PROP(AccountProperty, TheDomainsAreTheMachineAndTheirSharesTheShare, ()) {
  Question question = AnyQuestion();
  if (question.total) {
    // Parts that contradict their total are another rule's.
    Joules all{0};
    Watts idle{0};
    for (DomainUse& use : question.uses) {
      use = WithIdle(use, Watts{AnyBetween(0, 50) * 1.0});
      all += use.energy;
      idle += use.idle->power;
    }
    *question.total = WithIdle(Wall(all * 3 + idle * question.duration * 3), idle);
  }
  const Account account = MakeAccount(question);
  double energy = 0;
  double shares = 0;
  for (const DomainRecord& domain : account.domains) {
    energy += domain.energy_kwh.value;
    shares += domain.share * domain.energy_kwh.value;
  }
  const double machine = account.kwh.machine.value;
  RC_ASSERT(Near(energy, machine, machine));
  RC_ASSERT(Near(shares, account.kwh.share.value, machine));
}

RC_GTEST_PROP(AccountProperty, TheShareWithIdleIsNoLessThanWithout, ()) {
  const EnergyFigures kwh = MakeAccount(AnyQuestion()).kwh;
  RC_ASSERT(kwh.share_with_idle.has_value() == kwh.share_without_idle.has_value());
  if (!kwh.share_with_idle) return;
  const double slack = 1e-9 * kwh.machine.value;
  RC_ASSERT(kwh.share_with_idle->value >= kwh.share_without_idle->value - slack);
  RC_ASSERT(kwh.share_with_idle->low >= kwh.share_without_idle->low - slack);
  RC_ASSERT(kwh.share_with_idle->high >= kwh.share_without_idle->high - slack);
  RC_ASSERT(kwh.share.value == kwh.share_with_idle->value ||
            kwh.share.value == kwh.share_without_idle->value);
}

RC_GTEST_PROP(AccountProperty, MoreEnergyIsNeverLess, ()) {
  Question question = AnyQuestion();
  const Account before = MakeAccount(question);
  const Joules more{AnyBetween(0, 1000) * 1.0};
  if (question.total) {
    question.total->energy += more;
  } else if (!question.uses.empty()) {
    question.uses.front().energy += more;
  }
  const Account after = MakeAccount(question);
  RC_ASSERT(after.kwh.machine.value >= before.kwh.machine.value);
  RC_ASSERT(!after.kwh.marginal || after.kwh.marginal->value >= before.kwh.marginal->value - 1e-15);
}

RC_GTEST_PROP(AccountProperty, AnIdleDomainAddsNothing, ()) {
  Question question = AnyQuestion();
  for (DomainUse& use : question.uses) use = WithIdle(use, Watts{10});
  const DomainUse like_the_others = WithIdle(Package("psys", Joules{0}), Watts{10});
  const Account alone = MakeAccount(question);
  question.uses.push_back(like_the_others);
  const Account beside = MakeAccount(question);
  const double machine = alone.kwh.machine.value;
  RC_ASSERT(Near(alone.kwh.machine.value, beside.kwh.machine.value, machine));
  if (question.uses.size() > 1) RC_ASSERT(Near(alone.kwh.share.value, beside.kwh.share.value, machine));
  if (alone.kwh.marginal && beside.kwh.marginal) {
    RC_ASSERT(Near(alone.kwh.marginal->value, beside.kwh.marginal->value, machine));
  }
}

}  // namespace
}  // namespace jouleprint::energy
