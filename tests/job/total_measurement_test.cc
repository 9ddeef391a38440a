// A run beside a meter of the whole machine: kept apart from its parts, and left out when it fails.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "job/measurement.h"
#include "support/scripted_meter.h"

namespace jouleprint::job {
namespace {

using ::testing::Contains;
using testing::Counter;
using testing::Counts;
using ::testing::ElementsAre;
using testing::Failed;
using testing::Gauge;
using ::testing::HasSubstr;
using ::testing::Pair;
using testing::Power;
using testing::ScriptedMeter;

meters::DomainInfo Wall() {
  meters::DomainInfo wall = Gauge("wall");
  wall.error.update_period = Seconds{1};
  return wall;
}

// A package that counts 100 W, and a wall meter that the test sets.
class TotalMeasurementTest : public ::testing::Test {
 protected:
  TotalMeasurementTest() {
    meters::Catalog catalog;
    auto package = std::make_unique<ScriptedMeter>(std::vector{Counter("package-0")});
    auto wall = std::make_unique<ScriptedMeter>(std::vector{Wall()});
    package_ = package.get();
    wall_ = wall.get();
    catalog.meters.push_back(std::move(package));
    catalog.meters.push_back(std::move(wall));
    catalog.total = "wall";
    options_.baseline.kind = BaselineOption::Kind::kOff;
    package_->Say({Counts(0)});
    wall_->Say({Power(300)});
    catalog_ = std::move(catalog);
  }

  void Begin() {
    measurement_ = Measurement::OfTrace(options_, clock_, std::move(catalog_));
    measurement_->Begin();
  }

  void Run(double seconds) {
    for (double left = seconds; left > 1e-9; left -= 0.1) {
      clock_.Advance(Seconds{0.1});
      microjoules_ += 10'000'000;
      package_->Say({Counts(microjoules_)});
      measurement_->ReadNow();
    }
  }

  os::FakeClock clock_;
  RunOptions options_;
  meters::Catalog catalog_;
  ScriptedMeter* package_ = nullptr;
  ScriptedMeter* wall_ = nullptr;
  std::unique_ptr<Measurement> measurement_;
  std::uint64_t microjoules_ = 0;
};

TEST_F(TotalMeasurementTest, TheTotalIsNotOneOfTheParts) {
  Begin();
  Run(10);
  measurement_->End();
  const std::vector<energy::DomainUse> uses = measurement_->Uses();
  ASSERT_EQ(uses.size(), 1u);
  EXPECT_EQ(uses[0].info.name, "package-0");
  ASSERT_TRUE(measurement_->Total().has_value());
  EXPECT_EQ(measurement_->Total()->info.name, "wall");
  EXPECT_NEAR(measurement_->Total()->energy.value(), 3000, 1e-3);
  EXPECT_TRUE(measurement_->Warnings().empty());
}

TEST_F(TotalMeasurementTest, ThePowerNowAddsUpToTheTotal) {
  Begin();
  Run(2);
  EXPECT_THAT(measurement_->PowerNow(), ElementsAre(Pair("package-0", ::testing::DoubleNear(100, 1)),
                                                    Pair("other", ::testing::DoubleNear(200, 1))));
}

TEST_F(TotalMeasurementTest, TheSeriesAddsUpToTheTotal) {
  Begin();
  Run(30);
  measurement_->End();
  const PowerSeries series = measurement_->Series();
  ASSERT_THAT(series.domains, ElementsAre("package-0", "other"));
  double other_j = 0;
  for (const PowerSeries::Bin& bin : series.bins[1]) other_j += static_cast<double>(bin.energy_j);
  const Joules rest = measurement_->Total()->energy - measurement_->Uses()[0].energy;
  EXPECT_NEAR(other_j, rest.value(), 0.1);
}

TEST_F(TotalMeasurementTest, WhereTheTotalFallsSilentAtOnceThePartsStand) {
  wall_->Say({Failed(meters::ReadState::kNoData)});
  Begin();
  Run(10);
  measurement_->End();
  EXPECT_FALSE(measurement_->Total().has_value());
  EXPECT_EQ(measurement_->Uses().size(), 1u);
  EXPECT_THAT(
      measurement_->Warnings(),
      Contains(HasSubstr(
          "wall is not counted: it was silent for most of the run; the machine's figure is the sum")));
  ASSERT_EQ(measurement_->Dropped().size(), 1u);
  EXPECT_EQ(measurement_->Dropped()[0].name, "wall");
}

TEST_F(TotalMeasurementTest, ATotalThatFallsSilentForMostOfTheRunIsNotBelieved) {
  Begin();
  Run(2);
  wall_->Say({Failed(meters::ReadState::kGone)});
  Run(1);
  EXPECT_TRUE(measurement_->Total().has_value()) << "a moment's silence is filled in";
  Run(10);
  measurement_->End();
  EXPECT_FALSE(measurement_->Total().has_value());
  EXPECT_THAT(measurement_->Warnings(), Contains(HasSubstr("it was silent for most of the run")));
}

// It would say of the run what was true before it.
TEST_F(TotalMeasurementTest, ARunOfFewRenewalsOfTheTotalIsTheSumOfItsParts) {
  Begin();
  Run(1);
  EXPECT_TRUE(measurement_->Total().has_value()) << "it may become long enough";
  measurement_->End();
  EXPECT_FALSE(measurement_->Total().has_value());
  EXPECT_THAT(measurement_->Warnings(),
              Contains(HasSubstr("too short for a meter that is renewed every 1 s")));
}

TEST_F(TotalMeasurementTest, AGivenBaselineIsTheTotals) {
  options_.baseline.kind = BaselineOption::Kind::kGiven;
  options_.baseline.power = Watts{150};
  Begin();
  Run(10);
  measurement_->End();
  EXPECT_NEAR(measurement_->Total()->idle->power.value(), 150, 1e-6);
  // In the proportion in which it works: a third.
  EXPECT_NEAR(measurement_->Uses()[0].idle->power.value(), 50, 1);
}

TEST_F(TotalMeasurementTest, TheBaselineOfTheRecordIsTheTotals) {
  options_.baseline.kind = BaselineOption::Kind::kMeasured;
  measurement_ = Measurement::OfTrace(options_, clock_, std::move(catalog_));
  ASSERT_TRUE(measurement_->WatchBaseline(Seconds{1}, [&](Seconds) {
    clock_.Advance(Seconds{0.1});
    microjoules_ += 10'000'000;
    package_->Say({Counts(microjoules_)});
    return true;
  }));
  measurement_->Begin();
  Run(4);
  measurement_->End();
  const BaselineRecord baseline = measurement_->Baseline();
  ASSERT_TRUE(baseline.power_w.has_value());
  EXPECT_NEAR(*baseline.power_w, 300, 1);
}

}  // namespace
}  // namespace jouleprint::job
