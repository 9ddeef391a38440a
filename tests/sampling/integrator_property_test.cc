// Whatever a meter says, energy behaves: it grows, it adds up, and wraps do not matter.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "sampling/trace.h"
#include "support/any.h"

namespace jouleprint::sampling {
namespace {

using testing::AnyBetween;
using testing::Counter;
using testing::Counts;
using testing::Gauge;
using testing::MeanGauge;
using testing::Power;

struct Event {
  double after_s = 0;
  double suspended_s = 0;
  meters::Reading reading;
};

// Anything at all: torn reads, absurd values, resets, suspends, time standing still.
Event AnyEvent() {
  Event event;
  event.after_s = AnyBetween(0, 2'000) / 1000.0;
  event.suspended_s = *rc::gen::weightedElement<double>({{9, 0}, {1, 3600}});
  event.reading.state =
      static_cast<meters::ReadState>(*rc::gen::weightedElement<int>({{8, 0}, {1, 1}, {1, 2}, {1, 3}}));
  event.reading.counts =
      *rc::gen::oneOf(rc::gen::inRange<std::uint64_t>(0, 1'000'000'000), rc::gen::arbitrary<std::uint64_t>(),
                      rc::gen::just<std::uint64_t>(0xFFFFFFFF));
  event.reading.watts =
      *rc::gen::element(0.0, -1.0, 55.5, 300.0, 6000.0, 1e300, std::numeric_limits<double>::infinity(),
                        std::numeric_limits<double>::quiet_NaN());
  return event;
}

meters::DomainInfo AnyDomain() {
  meters::DomainInfo info = *rc::gen::element(Counter("a"), Counter("b", 262'143'328'850),
                                              Counter("c", 1'000), Gauge("d"), MeanGauge("e"));
  info.limit = *rc::gen::element(std::optional<Watts>(), std::optional<Watts>(Watts{15}),
                                 std::optional<Watts>(Watts{8000}));
  return info;
}

RC_GTEST_PROP(EnergyProperty, IsNeverNegativeNeverInfiniteAndInOrder, ()) {
  Trace trace(AnyDomain());
  const int events = AnyBetween(0, 60);
  for (int i = 0; i < events; ++i) {
    const Event event = AnyEvent();
    trace.clock().Suspend(Seconds{event.suspended_s});
    trace.After(event.after_s, event.reading);
  }
  os::BootTime last;
  for (const Slice& slice : trace.slices()) {
    RC_ASSERT(slice.energy >= Joules{0});
    RC_ASSERT(std::isfinite(slice.energy.value()));
    RC_ASSERT(slice.from >= last);
    RC_ASSERT(slice.to > slice.from);
    // Not more than can be drawn, for the time that there was.
    RC_ASSERT(slice.energy.value() <= 24'000.1 * (slice.to - slice.from).value() + 1e-6);
    last = slice.to;
  }
}

// A machine whose power wanders: what a counter and a gauge of it say, and the truth.
struct Machine {
  std::vector<double> step_s;
  std::vector<double> power_w;  // over the step
};

Machine AnyMachine() {
  Machine machine;
  const auto steps = static_cast<std::size_t>(AnyBetween(2, 80));
  for (std::size_t i = 0; i < steps; ++i) {
    machine.step_s.push_back(AnyBetween(50, 900) / 1000.0);
    machine.power_w.push_back(AnyBetween(0, 400));
  }
  return machine;
}

RC_GTEST_PROP(EnergyProperty, AnyScheduleOfWrapsIsExactWithinTheBound, ()) {
  const Machine machine = AnyMachine();
  // A step uses less than 400 W x 0.9 s; up to half a wrap of doubt is resolved by the power before.
  const auto values = AnyBetween<std::uint64_t>(800'000'000, 5'000'000'000);
  const auto start = AnyBetween<std::uint64_t>(0, values);
  Trace trace(Counter("package-0", values));
  trace.Now(Counts(start));
  std::uint64_t used = 0;
  for (std::size_t i = 0; i < machine.step_s.size(); ++i) {
    used += static_cast<std::uint64_t>(std::llround(machine.power_w[i] * machine.step_s[i] * 1e6));
    trace.After(machine.step_s[i], Counts((start + used) % values));
  }
  RC_ASSERT(std::abs(trace.joules() - static_cast<double>(used) * 1e-6) <= 1e-6);
  RC_ASSERT(trace.filled() == 0);
}

RC_GTEST_PROP(EnergyProperty, ReadingACounterLessOftenGivesTheSameJoules, ()) {
  const Machine machine = AnyMachine();
  Trace often(Counter("package-0"));
  Trace seldom(Counter("package-0"));
  often.Now(Counts(0));
  seldom.Now(Counts(0));
  std::uint64_t used = 0;
  for (std::size_t i = 0; i < machine.step_s.size(); ++i) {
    used += static_cast<std::uint64_t>(std::llround(machine.power_w[i] * machine.step_s[i] * 1e6));
    often.After(machine.step_s[i], Counts(used));
    seldom.clock().Advance(Seconds{machine.step_s[i]});
    if (AnyBetween(0, 3) == 0 || i + 1 == machine.step_s.size()) seldom.Now(Counts(used));
  }
  RC_ASSERT(std::abs(often.joules() - seldom.joules()) <= 1e-9 * (1 + often.joules()));
}

RC_GTEST_PROP(EnergyProperty, SplittingATraceAtAnyReadingGivesTheSameTotal, ()) {
  const Machine machine = AnyMachine();
  const auto cut = static_cast<std::size_t>(AnyBetween<int>(0, static_cast<int>(machine.step_s.size())));
  const meters::DomainInfo info = *rc::gen::element(Counter("a", 5'000'000'000), Gauge("b"), MeanGauge("c"));
  Trace whole(info);
  Trace first(info);
  Trace second(info);
  std::uint64_t used = 4'900'000'000;
  for (std::size_t i = 0; i < machine.step_s.size(); ++i) {
    used += static_cast<std::uint64_t>(std::llround(machine.power_w[i] * machine.step_s[i] * 1e6));
    meters::Reading reading = Power(machine.power_w[i]);
    reading.counts = used % 5'000'000'000;
    whole.After(machine.step_s[i], reading);
    first.clock().Advance(Seconds{machine.step_s[i]});
    second.clock().Advance(Seconds{machine.step_s[i]});
    if (i <= cut) first.Now(reading);
    if (i >= cut) second.Now(reading);
  }
  RC_ASSERT(std::abs(whole.joules() - first.joules() - second.joules()) <= 1e-6);
}

}  // namespace
}  // namespace jouleprint::sampling
