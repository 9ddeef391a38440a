// What a run is priced with, from its options and what the store keeps.
#include "job/pricing.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "jouleprint/series_store.h"
#include "jouleprint/zones.h"
#include "os/file.h"

namespace jouleprint::job {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const UtcTime kNoon = *UtcTime::Parse("2026-05-04T12:00:00Z");
constexpr const char* kKind = "average-consumption-lifecycle";

class PricingTest : public ::testing::Test {
 protected:
  PricingTest() {
    const std::string name = ::testing::UnitTest::GetInstance()->current_test_info()->name();
    folder_ = ::testing::TempDir() + "/pricing_" + std::to_string(::getpid()) + "_" + name;
    static_cast<void>(os::MakeDirectories(folder_).ok());
  }

  std::string File(const std::string& rows) const {
    const std::string path = folder_ + "/grid.csv";
    EXPECT_TRUE(os::WriteFileAtomically(path, "timestamp_utc,zone,gco2_per_kwh\n" + rows).ok());
    return path;
  }

  Result<Pricing> Prepare(const RunOptions& options) {
    place_ = *PlaceOf(options);
    return Pricing::Prepare(options, kNoon, &place_);
  }

  /// An hour from noon on, of 2 kWh.
  RunRecord Priced(const Pricing& pricing) const {
    RunRecord run;
    run.zone = place_.zone;
    run.start = kNoon;
    run.end = kNoon + Seconds{3600};
    run.duration_s = 3600;
    run.pue = place_.pue;
    run.energy_kwh.machine = Estimate::Relative(2, 0.01, Basis::kCounter);
    PowerSeries series{kNoon, 60, {"cpu"}, {std::vector<PowerSeries::Bin>(60, {120000, 2000})}};
    pricing.Price(series, &run);
    return run;
  }

  void Keep(double g_per_kwh, UtcTime from, int hours) const {
    const Result<std::unique_ptr<SeriesStore>> store = OpenSeriesStore(Store());
    ASSERT_TRUE(store.ok());
    const std::vector<double> values(static_cast<std::size_t>(hours), g_per_kwh);
    ASSERT_TRUE(
        (*store)->Put({IntensitySeries({"FR", kKind, "kept.csv"}, from, Seconds{3600}, values)}).ok());
  }
  std::string Store() const { return folder_ + "/runs.db"; }

  std::string folder_;
  Place place_;
};

TEST_F(PricingTest, WithoutSeriesTheYearlyAverageStands) {
  RunOptions options;
  options.zone = "FR";
  const Result<Pricing> pricing = Prepare(options);
  ASSERT_TRUE(pricing.ok());
  const RunRecord run = Priced(*pricing);
  EXPECT_EQ(run.intensity.value, FindZone("FR")->intensity.value);
  EXPECT_EQ(run.emissions_gco2e.total, run.emissions_gco2e.operational);
  ASSERT_TRUE(run.by_time.has_value());
  EXPECT_THAT(run.by_time->energy_kwh, SizeIs(12));
  EXPECT_THAT(run.warnings, IsEmpty());
}

TEST_F(PricingTest, AFileIsReadBeforeTheRun) {
  RunOptions options;
  options.zone = "France";
  options.intensity_series = {
      File("2026-05-04T12:00Z,FR,50\n2026-05-04T13:00Z,FR,60\n2026-05-04T12:00Z,DE,400\n"
           "2026-05-04T13:00Z,DE,300\n")};
  const Result<Pricing> pricing = Prepare(options);
  ASSERT_TRUE(pricing.ok()) << pricing.error().ToString();
  EXPECT_THAT(pricing->notices(), IsEmpty());
  const RunRecord run = Priced(*pricing);
  EXPECT_NEAR(run.emissions_gco2e.operational.value, 100, 1e-9);
  EXPECT_EQ(run.intensity.source, "grid.csv") << "the folders are nobody's business";
}

TEST_F(PricingTest, AFileMaySpellTheZoneInItsOwnWay) {
  RunOptions options;
  options.zone = "FR";
  options.intensity_series = {File("2026-05-04T12:00Z,FRA,50\n2026-05-04T13:00Z,FRA,60\n")};
  const Result<Pricing> pricing = Prepare(options);
  ASSERT_TRUE(pricing.ok()) << pricing.error().ToString();
  EXPECT_NEAR(Priced(*pricing).intensity.value.value, 50, 1e-9);
}

TEST_F(PricingTest, TheOnlyZoneOfAFileIsTheRuns) {
  RunOptions options;
  options.intensity_series = {File("2026-05-04T12:00Z,PL,650\n2026-05-04T13:00Z,PL,700\n")};
  options.pue = 1.5;
  const Result<Pricing> pricing = Prepare(options);
  ASSERT_TRUE(pricing.ok());
  EXPECT_EQ(place_.zone, "PL");
  EXPECT_EQ(place_.pue, 1.5);
  EXPECT_EQ(place_.intensity.value, FindZone("PL")->intensity.value)
      << "for times that the file does not know";
}

TEST_F(PricingTest, AFileThatEndsBeforeTheRunIsSpokenOf) {
  RunOptions options;
  options.zone = "FR";
  options.intensity_series = {File("2025-05-04T12:00Z,FR,50\n2025-05-04T13:00Z,FR,60\n")};
  const Result<Pricing> pricing = Prepare(options);
  ASSERT_TRUE(pricing.ok());
  ASSERT_THAT(pricing->notices(), SizeIs(1));
  EXPECT_THAT(pricing->notices()[0], HasSubstr("ends 2025-05-04T14:00:00Z"));
  const RunRecord run = Priced(*pricing);
  EXPECT_EQ(run.intensity.value, FindZone("FR")->intensity.value);
  ASSERT_THAT(run.warnings, SizeIs(1));
  EXPECT_THAT(run.warnings[0], HasSubstr("does not cover the run"));
}

TEST_F(PricingTest, WrongFilesAndKindsAreRefusedInTheWordsOfARun) {
  RunOptions options;
  options.zone = "FR";
  options.intensity_series = {File("2026-05-04T12:00Z,DE,50\n2026-05-04T13:00Z,DE,60\n")};
  EXPECT_EQ(Prepare(options).error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(Prepare(options).error().message, HasSubstr("FR"));
  options.intensity_series = {File("2026-05-04T12:00Z,FR,0.05\n2026-05-04T13:00Z,FR,0.06\n")};
  EXPECT_THAT(Prepare(options).error().hint, HasSubstr("--intensity-unit"));
  options.intensity_unit = "kg/kWh";
  EXPECT_TRUE(Prepare(options).ok());
  options.intensity_kind = "very green";
  EXPECT_THAT(Prepare(options).error().message, HasSubstr("very green"));
}

TEST_F(PricingTest, AFigureOfTheUsersStandsAboveTheFile) {
  RunOptions options;
  options.zone = "FR";
  options.intensity_g_per_kwh = 10;
  options.intensity_series = {"/nowhere/absent.csv"};
  const Result<Pricing> pricing = Prepare(options);
  ASSERT_TRUE(pricing.ok());
  const RunRecord run = Priced(*pricing);
  EXPECT_EQ(run.intensity.value.value, 10);
  ASSERT_THAT(run.warnings, SizeIs(1));
  EXPECT_THAT(run.warnings[0], HasSubstr("--intensity"));
}

TEST_F(PricingTest, TheStoreStandsInWhereItCoversTheRun) {
  RunOptions options;
  options.zone = "FR";
  Keep(33, kNoon + Seconds{-7200}, 4);
  Result<Pricing> pricing = Prepare(options);
  ASSERT_TRUE(pricing.ok());
  pricing->LookInStore(Store(), kNoon, kNoon + Seconds{3600});
  EXPECT_NEAR(Priced(*pricing).intensity.value.value, 33, 1e-9);
  Result<Pricing> later = Prepare(options);
  ASSERT_TRUE(later.ok());
  later->LookInStore(Store(), kNoon, kNoon + Seconds{3 * 3600});
  EXPECT_EQ(Priced(*later).intensity.value, FindZone("FR")->intensity.value) << "it ends before such a run";
}

TEST_F(PricingTest, WithoutAZoneOrWithAGivenFigureNoStoreIsTouched) {
  Result<Pricing> nowhere = Prepare({});
  ASSERT_TRUE(nowhere.ok());
  nowhere->LookInStore(Store(), kNoon, kNoon);
  RunOptions given;
  given.zone = "FR";
  given.intensity_g_per_kwh = 10;
  Result<Pricing> settled = Prepare(given);
  ASSERT_TRUE(settled.ok());
  settled->LookInStore(Store(), kNoon, kNoon);
  EXPECT_FALSE(os::Exists(Store()));
}

}  // namespace
}  // namespace jouleprint::job
