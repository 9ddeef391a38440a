// What a counter holds back, on a clock that only readings and the test move.
#include "sampling/renewal.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cmath>
#include <memory>
#include <thread>
#include <vector>

#include "sampling/lane.h"
#include "support/scripted_meter.h"

namespace jouleprint::sampling {
namespace {

constexpr double kWatts = 80;
constexpr Seconds kRenewedEvery{0.005};
constexpr Seconds kReadTakes{1e-5};
constexpr Seconds kAges{60};

// A counter of microjoules at 80 W that shows what was true at its last renewal.
class LaggingMeter final : public meters::Meter {
 public:
  LaggingMeter(os::FakeClock* clock, Seconds period) : clock_(clock), period_(period) {
    domains_ = {testing::Counter("package-0")};
    domains_[0].error.update_period = Seconds{0.001};  // what it says of itself; the truth is slower
  }
  std::string name() const override { return "lagging"; }
  const std::vector<meters::DomainInfo>& domains() const override { return domains_; }
  void Keep(const std::vector<bool>& wanted) override { meters::KeepWanted(wanted, &domains_); }
  void Read(const os::Clock& clock, std::span<meters::Reading> out) noexcept override {
    out[0].before = clock.Boot();
    const auto period_ns = static_cast<std::int64_t>(period_.value() * 1e9);
    const std::int64_t renewed_ns = out[0].before.ns / period_ns * period_ns;
    out[0].counts = static_cast<std::uint64_t>(std::llround(static_cast<double>(renewed_ns) * 1e-3 * kWatts));
    out[0].state = meters::ReadState::kOk;
    clock_->Advance(kReadTakes);
    out[0].after = clock.Boot();
    const bool renewed = reads_ > 0 && out[0].counts != last_counts_;
    last_counts_ = out[0].counts;
    ++reads_;
    if (renewed) renewals_.fetch_add(1);
  }
  int reads() const { return reads_; }
  /// Readings that showed a new value. Safe from any thread.
  int renewals() const { return renewals_.load(); }

 private:
  os::FakeClock* clock_;
  Seconds period_;
  std::vector<meters::DomainInfo> domains_;
  std::uint64_t last_counts_ = 0;
  int reads_ = 0;
  std::atomic<int> renewals_{0};
};

class RenewalTest : public ::testing::Test {
 protected:
  // The first reading comes so long after a renewal, then a look every `between`.
  std::optional<Joules> HeldBackAfter(Seconds lag, Seconds between, Seconds period = kRenewedEvery) {
    LaggingMeter meter(&clock_, period);
    clock_ = os::FakeClock();  // begins at a renewal
    clock_.Advance(lag);
    std::vector<meters::Reading> first(1);
    meter.Read(clock_, first);
    RenewalWatch watch(meter.domains());
    watch.Begin(first);
    std::vector<meters::Reading> look(1);
    for (bool done = false; !done; clock_.Advance(between)) {
      meter.Read(clock_, look);
      done = watch.Look(look) || clock_.Boot() - first[0].before > watch.patience();
    }
    return watch.HeldBack(0, Watts{kWatts});
  }

  os::FakeClock clock_;
};

TEST_F(RenewalTest, TellsWhatWasUsedBeforeTheReading) {
  for (const double lag_s : {0.0, 0.0007, 0.0023, 0.0041, 0.0049}) {
    const std::optional<Joules> held_back = HeldBackAfter(Seconds{lag_s}, Seconds{0.0002});
    ASSERT_TRUE(held_back.has_value()) << lag_s;
    // A renewal is seen up to a look late.
    EXPECT_NEAR(held_back->value(), lag_s * kWatts, 0.00025 * kWatts) << lag_s;
    EXPECT_GE(held_back->value(), 0);
  }
}

TEST_F(RenewalTest, ALookThatComesLateTellsNothing) {
  EXPECT_FALSE(HeldBackAfter(Seconds{0.001}, Seconds{0.003}).has_value());
}

TEST_F(RenewalTest, GivesUpOnACounterThatStandsStill) {
  EXPECT_FALSE(HeldBackAfter(Seconds{0.001}, Seconds{0.0002}, Seconds{3600}).has_value());
  EXPECT_LT(RenewalWatch(LaggingMeter(&clock_, Seconds{1}).domains()).patience(), Seconds{0.05})
      << "a few of the periods of 1 ms that it claims";
}

TEST_F(RenewalTest, LeavesSlowCountersAndGaugesAlone) {
  meters::DomainInfo slow = testing::Counter("gpu-0");
  slow.error.update_period = Seconds{0.1};
  meters::DomainInfo quick = testing::Counter("package-0");
  quick.error.update_period = Seconds{0.001};
  EXPECT_FALSE(RenewalWatch({slow, testing::Gauge("gpu-1")}).Worthwhile());
  EXPECT_TRUE(RenewalWatch({slow, quick}).Worthwhile());
}

// A run of 40 ms on a counter that lags by 4.5 ms at its start and by 0.5 ms at its end.
TEST(LaneOfALaggingCounterTest, AShortRunsEnergyIsThatOfItsTime) {
  os::FakeClock clock;
  auto owned = std::make_unique<LaggingMeter>(&clock, kRenewedEvery);
  LaggingMeter* const meter = owned.get();
  const auto lane = std::make_shared<Lane>(std::move(owned), clock, Seconds{3600});
  clock.Advance(Seconds{0.0045});
  const os::BootTime start = clock.Boot();
  lane->Tick();
  lane->BeginRun(start, clock.Utc());
  lane->Start();
  // The thread holds the meter until it has seen the first renewal; then it leaves the clock alone.
  while (meter->renewals() == 0) std::this_thread::yield();
  lane->Tick();
  clock.Advance(Seconds{0.04});
  ASSERT_TRUE(lane->Stop(kAges));
  const DomainTotals totals = lane->totals()[0];
  const double truth = kWatts * (totals.upto - start).value();
  EXPECT_NEAR(totals.energy.value() / truth, 1, 0.005) << "without what is held back: 1 + 0.004 / 0.0405";
}

}  // namespace
}  // namespace jouleprint::sampling
