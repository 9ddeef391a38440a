#include "jouleprint/zones.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace jouleprint {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::IsSupersetOf;
using ::testing::Not;
using ::testing::SizeIs;

std::string IdOf(std::string_view name) {
  const Result<Zone> zone = FindZone(name);
  return zone.ok() ? zone->id : "error: " + zone.error().ToString();
}

bool IsCountry(const Zone& zone) {
  return !zone.country_iso3.empty() && zone.id.find('-') == std::string::npos;
}

TEST(Zones, ACountryIsFoundByEveryUsualName) {
  const std::map<std::string, std::vector<std::string>> names_of{
      {"FR", {"FR", "fr", "FRA", "France", "france", " france "}},
      {"US", {"US", "USA", "United States", "United States of America", "united_states", "U.S."}},
      {"GB", {"GB", "GBR", "UK", "United Kingdom", "Great Britain", "uk"}},
      {"KR", {"KR", "KOR", "South Korea", "south-korea", "Korea"}},
      {"CZ", {"CZ", "CZE", "Czechia", "Czech Republic"}},
      {"TR", {"TR", "Turkey", "Türkiye", "TÜRKIYE", "Turkiye"}},
      {"CI", {"CIV", "Cote d'Ivoire", "Côte d'Ivoire", "Ivory Coast"}},
      {"CD", {"COD", "DRC", "Congo (DRC)"}},
      {"CG", {"COG", "Congo"}},
      {"XK", {"XK", "XKX", "Kosovo"}},
      {"US-CAL-CISO", {"US-CAL-CISO", "us-cal-ciso", "California", "CAISO"}},
      {"CA-QC", {"CA-QC", "Quebec", "québec"}},
      {"JP-TK", {"JP-TK", "Tōkyō", "Tokyo"}},
  };
  for (const auto& [id, names] : names_of) {
    for (const std::string& name : names) EXPECT_EQ(IdOf(name), id) << name;
  }
}

TEST(Zones, EveryZoneIsFoundByItsIdAndNameAndEveryCountryByItsThreeLetters) {
  for (const Zone& zone : AllZones()) {
    EXPECT_EQ(IdOf(zone.id), zone.id);
    EXPECT_EQ(IdOf(zone.name), zone.id) << zone.name;
    if (IsCountry(zone)) {
      EXPECT_EQ(IdOf(zone.country_iso3), zone.id) << zone.country_iso3;
    }
  }
}

TEST(Zones, IdsAreUniqueAndCoverCountriesFinerZonesAndAggregates) {
  std::set<std::string> ids;
  std::size_t countries = 0;
  for (const Zone& zone : AllZones()) {
    EXPECT_TRUE(ids.insert(zone.id).second) << zone.id;
    countries += IsCountry(zone);
  }
  EXPECT_GE(countries, 218u);
  EXPECT_GE(ids.size(), 360u);
  EXPECT_THAT(ids, IsSupersetOf({"WORLD", "EU", "DE", "US-TEX-ERCO"}));
}

TEST(Zones, EveryFigureIsPlausibleAndSaysWhatItIs) {
  for (const Zone& zone : AllZones()) {
    const Estimate& g = zone.intensity.value;
    // Wind, the cleanest source, emits 11 g/kWh over its life; no national grid is above 1500.
    EXPECT_GE(g.value, 11) << zone.id;
    EXPECT_LE(g.value, 1500) << zone.id;
    EXPECT_GE(g.low, 11) << zone.id;
    EXPECT_LT(g.low, g.value) << zone.id;
    EXPECT_GT(g.high, g.value) << zone.id;
    EXPECT_LT(g.high, 2 * 1500) << zone.id;
    EXPECT_THAT(zone.intensity.kind, AllOf(HasSubstr("average-"), HasSubstr("-lifecycle"))) << zone.id;
    EXPECT_THAT(zone.intensity.source, HasSubstr(std::to_string(zone.year))) << zone.id;
    EXPECT_TRUE(g.basis == Basis::kModelled || g.basis == Basis::kAssumed) << zone.id;
  }
}

TEST(Zones, ACountryAndAZoneWithinItNameTheirKinds) {
  EXPECT_EQ(FindZone("France")->intensity.kind, "average-production-lifecycle");
  EXPECT_EQ(FindZone("France")->intensity.source, "Ember, 2024");
  EXPECT_EQ(FindZone("US-CAL-CISO")->intensity.kind, "average-consumption-lifecycle");
  EXPECT_EQ(FindZone("US-CAL-CISO")->country_iso3, "USA");
  EXPECT_THAT(FindZone("US-CAL-CISO")->intensity.source, HasSubstr("Electricity Maps"));
}

TEST(Zones, APublishedAverageIsModelledAndAGuessIsAssumed) {
  EXPECT_EQ(FindZone("DE")->intensity.value.basis, Basis::kModelled);
  EXPECT_EQ(FindZone("WORLD")->intensity.value.basis, Basis::kAssumed);
  // Their published values are placeholders, so what stands in for them is an assumption and says so.
  for (const char* island : {"Montserrat", "Saint Helena", "Falkland Islands"}) {
    EXPECT_EQ(FindZone(island)->intensity.value.basis, Basis::kAssumed) << island;
    EXPECT_NE(FindZone(island)->intensity.value.value, 1000) << island;
    EXPECT_THAT(FindZone(island)->intensity.source, HasSubstr("assumed")) << island;
  }
}

TEST(Zones, AnAllHydroGridIsNotFreeOfEmissions) {
  const Result<Zone> zone = FindZone("Central African Republic");
  ASSERT_TRUE(zone.ok());
  EXPECT_DOUBLE_EQ(zone->intensity.value.value, 24);
  EXPECT_THAT(zone->intensity.source, HasSubstr("hydropower"));
}

TEST(Zones, TheWorldHasTheSpreadOfItsCountries) {
  const IntensityUsed world = WorldAverage();
  EXPECT_NEAR(world.value.value, 473, 1);
  EXPECT_EQ(world.value.basis, Basis::kAssumed);
  EXPECT_THAT(world.source, AllOf(HasSubstr("World average"), HasSubstr("Ember"), HasSubstr("2024")));
  std::vector<double> values;
  for (const Zone& zone : AllZones()) {
    if (IsCountry(zone)) values.push_back(zone.intensity.value.value);
  }
  const auto below = [&](double limit) {
    return static_cast<double>(std::ranges::count_if(values, [&](double v) { return v < limit; })) /
           static_cast<double>(values.size());
  };
  EXPECT_NEAR(below(world.value.low), 0.05, 0.01);
  EXPECT_NEAR(below(world.value.high), 0.95, 0.01);
}

TEST(Zones, AMisspeltNameIsAnsweredWithWhatItMayMean) {
  const std::map<std::string, std::string> meant{{"Frnace", "France (FR)"},
                                                 {"Germny", "Germany (DE)"},
                                                 {"Switz", "Switzerland (CH)"},
                                                 {"US-CAL-CISOO", "(US-CAL-CISO)"},
                                                 {"Untied States", "United States (US)"}};
  for (const auto& [typed, label] : meant) {
    const Result<Zone> zone = FindZone(typed);
    ASSERT_FALSE(zone.ok()) << typed;
    EXPECT_EQ(zone.error().code, ErrorCode::kNotFound);
    EXPECT_THAT(zone.error().message, HasSubstr(typed));
    EXPECT_THAT(zone.error().hint, AllOf(HasSubstr("did you mean"), HasSubstr(label))) << typed;
  }
}

TEST(Zones, AtMostThreeNearMissesAreNamed) {
  const Result<Zone> zone = FindZone("US-CAL");
  ASSERT_FALSE(zone.ok());
  const std::string& hint = zone.error().hint;
  EXPECT_EQ(std::ranges::count(hint, '('), 3) << hint;
}

TEST(Zones, ANameLikeNoOtherIsAnsweredWithoutAGuess) {
  const std::vector<std::string> names{"Atlantis", "qqqqqqqqqq", std::string(100000, 'x'), "\xff\xc3",
                                       "日本"};
  for (const std::string& name : names) {
    const Result<Zone> zone = FindZone(name);
    ASSERT_FALSE(zone.ok());
    EXPECT_EQ(zone.error().code, ErrorCode::kNotFound);
    EXPECT_THAT(zone.error().hint,
                AllOf(Not(HasSubstr("did you mean")), HasSubstr("'jouleprint grid zones'")));
  }
}

TEST(Zones, AnEmptyNameIsWrongUsage) {
  for (const char* name : {"", "  ", "()", "\n"}) {
    const Result<Zone> zone = FindZone(name);
    ASSERT_FALSE(zone.ok()) << name;
    EXPECT_EQ(zone.error().code, ErrorCode::kInvalidArgument);
    EXPECT_THAT(zone.error().hint, HasSubstr("FR"));
  }
}

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
    EXPECT_TRUE(FindRegion(name).ok()) << name;
    EXPECT_TRUE(FindZone(region.zone_id).ok()) << name;
    EXPECT_THAT(region.place, Not(IsEmpty())) << name;
    const Estimate& g = region.intensity.value;
    EXPECT_TRUE(11 <= g.low && g.low < g.value && g.value < g.high && g.high < 1500) << name;
    EXPECT_EQ(g.basis, Basis::kModelled) << name;
    EXPECT_EQ(region.pue.has_value(), !region.pue_source.empty()) << name;
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

// Rows of a simple CSV file without quotes; empty when there is no such file.
std::vector<std::vector<std::string>> CsvRows(const std::string& path) {
  std::vector<std::vector<std::string>> rows;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    std::vector<std::string> cells(1);
    for (const char c : line) {
      if (c == ',') {
        cells.emplace_back();
      } else {
        cells.back() += c;
      }
    }
    rows.push_back(cells);
  }
  return rows;
}

constexpr char kGridData[] = JOULEPRINT_SOURCE_DIR "/../shared/data/grid/";

TEST(Zones, AgreeWithTheCollectedCountryTable) {
  const auto rows = CsvRows(std::string(kGridData) + "country-default.csv");
  if (rows.empty()) GTEST_SKIP() << "skipped: the collected grid tables are not here";
  const std::set<std::string> placeholders{"CAF", "FLK", "MSR", "SHN"};
  for (std::size_t i = 1; i < rows.size(); ++i) {
    ASSERT_THAT(rows[i], SizeIs(6));
    const std::string& iso3 = rows[i][0];
    const Result<Zone> zone = FindZone(iso3);
    ASSERT_TRUE(zone.ok()) << iso3;
    if (placeholders.contains(iso3)) continue;
    EXPECT_NEAR(zone->intensity.value.value, std::atof(rows[i][3].c_str()), 0.005) << iso3;
    EXPECT_EQ(std::to_string(zone->year), rows[i][2]) << iso3;
    EXPECT_EQ(zone->intensity.kind, rows[i][4]) << iso3;
  }
}

TEST(Regions, AgreeWithTheCollectedRegionTable) {
  const auto rows = CsvRows(std::string(kGridData) + "cloud-region-default.csv");
  if (rows.empty()) GTEST_SKIP() << "skipped: the collected grid tables are not here";
  for (std::size_t i = 1; i < rows.size(); ++i) {
    const std::string name = rows[i][0] + ":" + rows[i][1];
    const Result<CloudRegion> region = FindRegion(name);
    ASSERT_TRUE(region.ok()) << name;
    EXPECT_DOUBLE_EQ(region->pue.value_or(0), std::atof(rows[i][11].c_str())) << name;
    if (rows[i][7].empty() || name == "gcp:me-central1") continue;
    EXPECT_NEAR(region->intensity.value.value, std::atof(rows[i][7].c_str()), 0.005) << name;
    EXPECT_EQ(region->zone_id, rows[i][3]) << name;
  }
}

}  // namespace
}  // namespace jouleprint
