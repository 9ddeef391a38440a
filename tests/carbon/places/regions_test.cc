#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "carbon/places/collected_table.h"
#include "jouleprint/intensity_series.h"
#include "jouleprint/zones.h"

namespace jouleprint {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

TEST(Regions, ARegionHasItsZoneIntensityAndPue) {
  const Result<CloudRegion> region = FindRegion("gcp:europe-west4");
  ASSERT_TRUE(region.ok());
  EXPECT_EQ(region->provider, "gcp");
  EXPECT_EQ(region->region, "europe-west4");
  EXPECT_EQ(region->zone_id, "NL");
  EXPECT_DOUBLE_EQ(region->intensity.value.value, 251);
  EXPECT_EQ(region->intensity.kind, "average-consumption-lifecycle");
  EXPECT_EQ(region->intensity.source, "Electricity Maps zone NL, 2024");
  ASSERT_TRUE(region->pue.has_value());
  EXPECT_DOUBLE_EQ(*region->pue, 1.07);
  EXPECT_THAT(region->pue_source, HasSubstr("Google"));
}

TEST(Regions, WaterIsPublishedForSomeAndSaysWhoseFigureItIs) {
  const Result<CloudRegion> azure = FindRegion("azure:southcentralus");
  ASSERT_TRUE(azure.ok() && azure->wue.has_value());
  EXPECT_DOUBLE_EQ(*azure->wue, 1.82);
  EXPECT_THAT(azure->wue_source, HasSubstr("Microsoft"));
  // Amazon gives most regions the figure of all of them.
  EXPECT_THAT(FindRegion("aws:eu-west-3")->wue_source, HasSubstr("all its regions"));
  EXPECT_THAT(FindRegion("aws:us-east-1")->wue_source, Not(HasSubstr("all its regions")));
  EXPECT_FALSE(FindRegion("gcp:europe-west4")->wue.has_value()) << "nobody published it, which is not zero";
}

TEST(Regions, TheMarginalFigureStandsApartFromTheAverage) {
  const Result<CloudRegion> region = FindRegion("aws:us-east-1");
  ASSERT_TRUE(region.ok() && region->marginal.has_value());
  const IntensityUsed& marginal = *region->marginal;
  EXPECT_DOUBLE_EQ(marginal.value.value, 557.17);
  EXPECT_EQ(marginal.kind, "marginal-direct");
  EXPECT_THAT(marginal.source, AllOf(HasSubstr("WattTime"), HasSubstr("2024")));
  EXPECT_LT(marginal.value.low, marginal.value.value);
  EXPECT_GT(marginal.value.high, marginal.value.value);
  EXPECT_FALSE(WhyKindsDoNotMix(marginal.kind, region->intensity.kind).empty());
  EXPECT_FALSE(FindRegion("azure:westus")->marginal.has_value()) << "the one published is of another grid";
}

TEST(Regions, WhatPartsTheWordsDoesNotCount) {
  EXPECT_EQ(FindRegion("azure:West Europe")->region, "westeurope");
  EXPECT_EQ(FindRegion("azure:East US 2")->region, "eastus2");
  EXPECT_EQ(FindRegion("aws:us_east_1")->region, "us-east-1");
}

TEST(Regions, AProviderIsFoundByItsUsualNames) {
  const std::map<std::string, std::string> provider_of{
      {"google:europe-west4", "gcp"}, {"GCP:Europe-West4", "gcp"},    {"amazon:us-east-1", "aws"},
      {"AWS:US-EAST-1", "aws"},       {"microsoft:uksouth", "azure"}, {"azure : WestEurope", "azure"}};
  for (const auto& [name, provider] : provider_of) {
    const Result<CloudRegion> region = FindRegion(name);
    ASSERT_TRUE(region.ok()) << name;
    EXPECT_EQ(region->provider, provider);
  }
}

TEST(Regions, EveryRegionIsFoundAndItsZoneIsKnown) {
  std::set<std::string> names;
  for (const CloudRegion& region : AllRegions()) {
    const std::string name = region.provider + ":" + region.region;
    EXPECT_TRUE(names.insert(name).second) << name;
    ASSERT_TRUE(FindRegion(name).ok()) << name;
    EXPECT_EQ(FindRegion(name)->region, region.region);
    EXPECT_TRUE(FindZone(region.zone_id).ok()) << name;
    EXPECT_THAT(region.place, Not(IsEmpty())) << name;
    const Estimate& g = region.intensity.value;
    EXPECT_TRUE(11 <= g.low && g.low < g.value && g.value < g.high && g.high < 1500) << name;
    EXPECT_EQ(g.basis, Basis::kModelled) << name;
    EXPECT_THAT(region.intensity.source, HasSubstr(std::to_string(region.year))) << name;
    EXPECT_EQ(region.pue.has_value(), !region.pue_source.empty()) << name;
    EXPECT_EQ(region.wue.has_value(), !region.wue_source.empty()) << name;
    EXPECT_TRUE(0 <= region.wue.value_or(0) && region.wue.value_or(0) < 5) << name;
    const double pue = region.pue.value_or(1);
    EXPECT_TRUE(1 <= pue && pue < 2) << name;
  }
  EXPECT_GE(names.size(), 103u);
}

TEST(Regions, ARegionWithoutAFigureOfItsOwnSaysThatItTookItsZones) {
  const Result<CloudRegion> region = FindRegion("aws:ca-west-1");
  ASSERT_TRUE(region.ok());
  EXPECT_EQ(region->zone_id, "CA-AB");
  EXPECT_THAT(region->intensity.source, AllOf(HasSubstr("CA-AB"), HasSubstr("no yearly figure")));
}

TEST(Regions, APueThatNobodyPublishedIsAbsent) {
  const Result<CloudRegion> region = FindRegion("gcp:europe-west9");
  ASSERT_TRUE(region.ok());
  EXPECT_FALSE(region->pue.has_value());
}

TEST(Regions, ErrorsOfTheSourcesAreCorrected) {
  EXPECT_EQ(FindRegion("azure:westus")->zone_id, "US-CAL-CISO");
  EXPECT_EQ(FindRegion("gcp:me-central1")->zone_id, "QA");
}

TEST(Regions, AWrongNameSaysWhatWouldBeRight) {
  for (const char* name : {"europe-west4", "", ":", "gcp:", ":europe-west4"}) {
    const Result<CloudRegion> region = FindRegion(name);
    ASSERT_FALSE(region.ok()) << name;
    EXPECT_EQ(region.error().code, ErrorCode::kInvalidArgument) << name;
    EXPECT_THAT(region.error().hint, HasSubstr("PROVIDER:REGION"));
  }
  // A region that only one provider has still needs its name, which the answer gives.
  const Result<CloudRegion> bare = FindRegion("us-east-1");
  ASSERT_FALSE(bare.ok());
  EXPECT_THAT(bare.error().hint, HasSubstr("did you mean aws:us-east-1?"));
  EXPECT_THAT(FindRegion("aws:Frankfurt").error().hint, HasSubstr("aws:eu-central-1"));
  const Result<CloudRegion> slip = FindRegion("gcp:europe-wset4");
  ASSERT_FALSE(slip.ok());
  EXPECT_EQ(slip.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(slip.error().hint,
              AllOf(HasSubstr("gcp:europe-west4"), HasSubstr("'jouleprint grid regions'")));
  // The name of an availability zone leads to its region, and another provider's regions are not named.
  const Result<CloudRegion> finer = FindRegion("gcp:us-central1-a");
  ASSERT_FALSE(finer.ok());
  EXPECT_THAT(finer.error().hint, AllOf(HasSubstr("gcp:us-central1"), Not(HasSubstr("aws"))));
  const Result<CloudRegion> provider = FindRegion("ovh:gra");
  ASSERT_FALSE(provider.ok());
  EXPECT_EQ(provider.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(provider.error().hint, HasSubstr("aws, azure and gcp"));
}

TEST(Regions, AgreeWithTheCollectedRegionTable) {
  const auto rows = collected::Rows("cloud-region-default.csv");
  if (rows.empty()) GTEST_SKIP() << "skipped: the collected grid tables are not here";
  for (std::size_t i = 1; i < rows.size(); ++i) {
    const std::string name = rows[i][0] + ":" + rows[i][1];
    const Result<CloudRegion> region = FindRegion(name);
    ASSERT_TRUE(region.ok()) << name;
    EXPECT_DOUBLE_EQ(region->pue.value_or(0), std::atof(rows[i][11].c_str())) << name;
    EXPECT_DOUBLE_EQ(region->wue.value_or(0), std::atof(rows[i][12].c_str())) << name;
    const double marginal = region->marginal ? region->marginal->value.value : 0;
    EXPECT_NEAR(marginal, std::atof(rows[i][9].c_str()), 0.005) << name;
    if (rows[i][7].empty() || name == "gcp:me-central1") continue;
    EXPECT_NEAR(region->intensity.value.value, std::atof(rows[i][7].c_str()), 0.005) << name;
    EXPECT_EQ(region->zone_id, rows[i][3]) << name;
  }
}

}  // namespace
}  // namespace jouleprint
