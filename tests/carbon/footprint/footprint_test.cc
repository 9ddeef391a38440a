#include "carbon/footprint/footprint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>

namespace jouleprint::carbon {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

IntensityUsed Intensity(Estimate g_per_kwh) { return {g_per_kwh, "average-production-lifecycle", "a test"}; }

TEST(Footprint, IsEnergyTimesPueTimesIntensity) {
  const Emissions e = Footprint(Estimate::Exact(2.0, Basis::kCounter), 1.5,
                                Intensity(Estimate::Exact(300, Basis::kModelled)));
  EXPECT_DOUBLE_EQ(e.operational.value, 900);
  EXPECT_DOUBLE_EQ(e.operational.low, 900);
  EXPECT_DOUBLE_EQ(e.operational.high, 900);
  EXPECT_EQ(e.total, e.operational);
}

TEST(Footprint, LeavesEmbodiedEmissionsAbsentAndNotZero) {
  const Emissions e =
      Footprint(Estimate::Exact(1, Basis::kCounter), 1, Intensity({400, 350, 450, Basis::kModelled}));
  EXPECT_FALSE(e.embodied.has_value());
}

TEST(Footprint, JoinsTheIntervalsOfEnergyAndIntensity) {
  // On a logarithmic scale 0.03 and 0.04 below make 0.05; 0.06 and 0.08 above make 0.10.
  const Emissions e =
      Footprint({1.0, std::exp(-0.03), std::exp(0.06), Basis::kCounter}, 1.0,
                Intensity({100, 100 * std::exp(-0.04), 100 * std::exp(0.08), Basis::kModelled}));
  EXPECT_NEAR(e.operational.low, 100 * std::exp(-0.05), 1e-9);
  EXPECT_NEAR(e.operational.high, 100 * std::exp(0.10), 1e-9);
}

TEST(Footprint, RestsOnTheWeakerOfItsTwoGrounds) {
  const auto basis_of = [](Basis energy, Basis intensity) {
    return Footprint(Estimate::Exact(1, energy), 1, Intensity(Estimate::Exact(1, intensity))).total.basis;
  };
  EXPECT_EQ(basis_of(Basis::kCounter, Basis::kAssumed), Basis::kAssumed);
  EXPECT_EQ(basis_of(Basis::kAssumed, Basis::kModelled), Basis::kAssumed);
  EXPECT_EQ(basis_of(Basis::kMetered, Basis::kModelled), Basis::kModelled);
}

TEST(Footprint, NeverFallsBelowZero) {
  const Emissions e =
      Footprint({1.0, 0.1, 3.0, Basis::kAssumed}, 1.2, Intensity({470, 30, 700, Basis::kAssumed}));
  EXPECT_GT(e.operational.low, 0);
  EXPECT_GT(e.operational.high, e.operational.value);
}

DomainRecord Domain(const std::string& name, Component component) {
  DomainRecord domain;
  domain.name = name;
  domain.component = component;
  return domain;
}

// 2 kWh at a PUE of 1.5 and 100 g/kWh, in an hour.
RunRecord HourOfTwoKwh() {
  RunRecord run;
  run.duration_s = 3600;
  run.domains.push_back(Domain("package-0", Component::kCpu));
  run.energy_kwh.machine = {2, 1.9, 2.2, Basis::kCounter};
  run.pue = 1.5;
  run.emissions_gco2e =
      Footprint(run.energy_kwh.machine, run.pue, Intensity(Estimate::Exact(100, Basis::kModelled)));
  run.job.reserved = {1, 1, 1, "the whole machine"};
  return run;
}

FootprintChoice WithoutHardware() {
  FootprintChoice choice;
  choice.embodied.kind = EmbodiedOption::Kind::kOff;
  return choice;
}

// 876 kg over 10 years are 10 g an hour.
FootprintChoice TenGramsAnHour() {
  FootprintChoice choice;
  choice.embodied = {EmbodiedOption::Kind::kGiven, 876, 876, 10.0};
  return choice;
}

TEST(FillFootprint, AddsTheHardwareToTheElectricity) {
  RunRecord run = HourOfTwoKwh();
  FillFootprint(TenGramsAnHour(), &run);
  ASSERT_TRUE(run.emissions_gco2e.embodied);
  EXPECT_NEAR(run.emissions_gco2e.embodied->value, 10, 1e-9);
  EXPECT_NEAR(run.emissions_gco2e.operational.value, 300, 1e-9);
  EXPECT_NEAR(run.emissions_gco2e.total.value, 310, 1e-9);
  EXPECT_EQ(run.emissions_gco2e.total.basis, Basis::kAssumed);
}

TEST(FillFootprint, WithoutHardwareTheTotalIsTheElectricity) {
  RunRecord run = HourOfTwoKwh();
  FillFootprint(WithoutHardware(), &run);
  EXPECT_FALSE(run.emissions_gco2e.embodied);
  EXPECT_THAT(run.embodied_parts, IsEmpty());
  EXPECT_EQ(run.emissions_gco2e.total, run.emissions_gco2e.operational);
}

TEST(FillFootprint, ContractsNeverTouchTheTotal) {
  RunRecord run = HourOfTwoKwh();
  FootprintChoice choice = TenGramsAnHour();
  choice.market_intensity_g_per_kwh = 20;
  FillFootprint(choice, &run);
  ASSERT_TRUE(run.emissions_gco2e.operational_market);
  EXPECT_NEAR(run.emissions_gco2e.operational_market->value, 60, 1e-9);
  EXPECT_NEAR(run.emissions_gco2e.operational_market->high, 66, 1e-9);
  EXPECT_NEAR(run.emissions_gco2e.total.value, 310, 1e-9);
  ASSERT_TRUE(run.market_intensity);
  EXPECT_EQ(run.market_intensity->kind, "market");
}

TEST(FillFootprint, CertificatesForEverythingAreAFigureOfZeroAndNotAbsent) {
  RunRecord run = HourOfTwoKwh();
  FootprintChoice choice = WithoutHardware();
  choice.market_intensity_g_per_kwh = 0;
  FillFootprint(choice, &run);
  ASSERT_TRUE(run.emissions_gco2e.operational_market);
  EXPECT_EQ(run.emissions_gco2e.operational_market->value, 0);
  EXPECT_NEAR(run.emissions_gco2e.total.value, 300, 1e-9);
}

TEST(FillFootprint, WaterIsPerKwhOfTheComputersAlone) {
  RunRecord run = HourOfTwoKwh();
  FootprintChoice choice = WithoutHardware();
  choice.wue_l_per_kwh = 0.5;
  choice.wue_source = "given";
  FillFootprint(choice, &run);
  ASSERT_TRUE(run.water);
  EXPECT_NEAR(run.water->litres.value, 1, 1e-9) << "the PUE is not in it";
  EXPECT_NEAR(run.water->litres.low, 0.95, 1e-9);
  EXPECT_NEAR(run.water->litres.high, 1.1, 1e-9);
  EXPECT_EQ(run.water->source, "given");
  EXPECT_EQ(run.water->litres.basis, Basis::kAssumed);
}

TEST(FillFootprint, AProvidersWaterIsNoGuess) {
  RunRecord run = HourOfTwoKwh();
  FootprintChoice choice = WithoutHardware();
  choice.wue_l_per_kwh = 0.18;
  choice.wue_source = "Amazon 2024";
  FillFootprint(choice, &run);
  ASSERT_TRUE(run.water);
  EXPECT_EQ(run.water->litres.basis, Basis::kModelled);
  EXPECT_EQ(run.water->source, "Amazon 2024");
}

TEST(FillFootprint, WhatNobodyAskedForIsAbsent) {
  RunRecord run = HourOfTwoKwh();
  FillFootprint(WithoutHardware(), &run);
  EXPECT_FALSE(run.water);
  EXPECT_FALSE(run.market_intensity);
  EXPECT_FALSE(run.emissions_gco2e.operational_market);
  EXPECT_FALSE(run.sci);
  EXPECT_THAT(run.warnings, IsEmpty());
}

TEST(FillFootprint, WithoutAMeterThereIsNoWaterOfZeroLitres) {
  RunRecord run = HourOfTwoKwh();
  run.domains.clear();
  run.energy_kwh.machine = {};
  FootprintChoice choice = WithoutHardware();
  choice.wue_l_per_kwh = 0.5;
  choice.market_intensity_g_per_kwh = 20;
  choice.functional_unit = "run";
  FillFootprint(choice, &run);
  EXPECT_FALSE(run.water);
  EXPECT_FALSE(run.emissions_gco2e.operational_market);
  EXPECT_FALSE(run.sci);
}

TEST(FillFootprint, TheScoreOfARunIsAllOfIt) {
  RunRecord run = HourOfTwoKwh();
  FootprintChoice choice = TenGramsAnHour();
  choice.functional_unit = "run";
  choice.market_intensity_g_per_kwh = 0;
  FillFootprint(choice, &run);
  ASSERT_TRUE(run.sci);
  EXPECT_NEAR(run.sci->g_per_unit.value, 310, 1e-9) << "location-based, whatever the contracts say";
  EXPECT_EQ(run.sci->count, 1);
}

TEST(FillFootprint, EpochsAreCountedWithoutEvaluations) {
  RunRecord run = HourOfTwoKwh();
  for (const char* kind : {"train", "eval", "train", "eval"}) {
    EpochRecord& epoch = run.epochs.emplace_back();
    epoch.kind = kind;
  }
  FootprintChoice choice = TenGramsAnHour();
  choice.functional_unit = "epoch";
  FillFootprint(choice, &run);
  ASSERT_TRUE(run.sci);
  EXPECT_EQ(run.sci->count, 2);
  EXPECT_NEAR(run.sci->g_per_unit.value, 155, 1e-9);
  EXPECT_NEAR(run.sci->g_per_unit.high, run.emissions_gco2e.total.high / 2, 1e-9);
}

TEST(FillFootprint, AnyOtherUnitIsAsManyAsTheUserSays) {
  RunRecord run = HourOfTwoKwh();
  FootprintChoice choice = TenGramsAnHour();
  choice.functional_unit = "1000 tokens";
  choice.unit_count = 5000;
  FillFootprint(choice, &run);
  ASSERT_TRUE(run.sci);
  EXPECT_EQ(run.sci->unit, "1000 tokens");
  EXPECT_NEAR(run.sci->g_per_unit.value, 0.062, 1e-12);
}

TEST(FillFootprint, WithoutAnEpochThereIsNoScoreButASentence) {
  RunRecord run = HourOfTwoKwh();
  FootprintChoice choice = WithoutHardware();
  choice.functional_unit = "epoch";
  FillFootprint(choice, &run);
  EXPECT_FALSE(run.sci);
  EXPECT_THAT(run.warnings, ElementsAre(HasSubstr("--epoch-regex")));
}

TEST(FillFootprint, AUnitThatNobodyCountedHasNoScoreButASentence) {
  RunRecord run = HourOfTwoKwh();
  FootprintChoice choice = WithoutHardware();
  choice.functional_unit = "request";
  FillFootprint(choice, &run);
  EXPECT_FALSE(run.sci);
  EXPECT_THAT(run.warnings, ElementsAre(HasSubstr("--per 'request=N'")));
}

TEST(FillFootprint, FollowsTheRunAsItGoesOn) {
  RunRecord run = HourOfTwoKwh();
  FootprintChoice choice = TenGramsAnHour();
  choice.functional_unit = "run";
  FillFootprint(choice, &run);
  run.duration_s *= 2;
  run.emissions_gco2e =
      Footprint(Scale(run.energy_kwh.machine, 2), run.pue, Intensity(Estimate::Exact(100, Basis::kModelled)));
  FillFootprint(choice, &run);
  EXPECT_EQ(run.embodied_parts.size(), 1U);
  EXPECT_NEAR(run.emissions_gco2e.total.value, 620, 1e-9);
  EXPECT_NEAR(run.sci->g_per_unit.value, 620, 1e-9);
}

TEST(FillFootprint, CardsThatNoDriverNamesCountWithASentence) {
  RunRecord run = HourOfTwoKwh();
  run.domains.push_back(Domain("amd-gpu-0", Component::kGpu));
  run.domains.push_back(Domain("uncore-0", Component::kGpu));
  FillFootprint({}, &run);
  const auto is_gpu = [](const EmbodiedPart& part) { return part.item.find("GPU") != std::string::npos; };
  ASSERT_EQ(std::count_if(run.embodied_parts.begin(), run.embodied_parts.end(), is_gpu), 1);
  EXPECT_EQ(std::find_if(run.embodied_parts.begin(), run.embodied_parts.end(), is_gpu)->count, 1);
  EXPECT_THAT(run.warnings, Contains(HasSubstr("no table knows")));
}

TEST(TotalSoFar, GrowsAsTheRecordWill) {
  RunRecord run = HourOfTwoKwh();
  const Estimate total =
      TotalSoFar(TenGramsAnHour(), run, run.emissions_gco2e.operational, Seconds{run.duration_s / 2});
  EXPECT_NEAR(total.value, 305, 1e-9);
}

}  // namespace
}  // namespace jouleprint::carbon
