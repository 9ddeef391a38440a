#include "jouleprint/zones.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "carbon/places/collected_table.h"
#include "jouleprint/intensity_series.h"

namespace jouleprint {
namespace {

using ::testing::AllOf;
using ::testing::ContainsRegex;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsSupersetOf;
using ::testing::Not;
using ::testing::SizeIs;

std::string IdOf(std::string_view name) {
  const Result<Zone> zone = FindZone(name);
  return zone.ok() ? zone->id : "error: " + zone.error().ToString();
}

bool IsEgrid(const Zone& zone) { return zone.id.starts_with("EGRID-"); }

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
      {"DE", {"DE", "Deutschland"}},
      {"ES", {"ES", "España", "espana"}},
      {"CH", {"CHE", "Schweiz", "Suisse"}},
      {"US-CAL-CISO", {"US-CAL-CISO", "us-cal-ciso", "California", "CAISO", "California ISO"}},
      {"CA-QC", {"CA-QC", "Quebec", "québec"}},
      {"JP-TK", {"JP-TK", "Tōkyō", "Tokyo"}},
  };
  for (const auto& [id, names] : names_of) {
    for (const std::string& name : names) EXPECT_EQ(IdOf(name), id) << name;
  }
}

TEST(Zones, AUsBalancingAuthorityIsFoundByItsCodeItsNameAndItsMarketsNames) {
  const std::map<std::string, std::vector<std::string>> names_of{
      {"US-CAL-CISO", {"CISO", "US-CA", "CAISO_NORTH", "CAISO-PGE", "SGIP_CAISO_SCE"}},
      {"US-TEX-ERCO", {"ERCO", "ERCOT", "Texas", "US-TX", "Electric Reliability Council of Texas"}},
      {"US-MIDA-PJM", {"PJM", "PJM Interconnection", "PJM_DC", "Virginia", "Pennsylvania"}},
      {"US-MIDW-MISO", {"MISO", "Midcontinent ISO", "Minnesota"}},
      {"US-CENT-SWPP", {"SWPP", "SPP", "Southwest Power Pool", "Kansas"}},
      {"US-NY-NYIS", {"NYIS", "NYISO", "New York"}},
      {"US-NE-ISNE", {"ISNE", "ISO-NE", "ISONE", "New England", "Massachusetts"}},
      {"US-NW-BPAT", {"BPAT", "BPA", "Bonneville Power Administration"}},
      {"US-FLA-FPL", {"FPL"}},
      {"US-CAR-DUK", {"DUK", "Duke Energy Carolinas"}},
  };
  for (const auto& [id, names] : names_of) {
    for (const std::string& name : names) EXPECT_EQ(IdOf(name), id) << name;
  }
  EXPECT_EQ(IdOf("SC"), "SC") << "two letters are the country's, here the Seychelles";
}

TEST(Zones, AProvinceThatOneZoneServesIsThatZone) {
  const std::map<std::string, std::string> zone_of{
      {"Maharashtra", "IN-WE"}, {"São Paulo", "BR-CS"}, {"Osaka", "JP-KN"}, {"Lombardy", "IT-NO"},
      {"Skåne", "SE-SE4"},      {"SE4", "SE-SE4"},      {"DK1", "DK-DK1"},  {"Ontario", "CA-ON"}};
  for (const auto& [name, id] : zone_of) EXPECT_EQ(IdOf(name), id) << name;
  EXPECT_EQ(IdOf("Georgia"), "GE") << "a country goes before a state";
}

TEST(Zones, AStateThatManyZonesServeIsAnsweredWithTheChoices) {
  for (const char* name : {"Illinois", "illinois", "US-IL"}) {
    const Result<Zone> zone = FindZone(name);
    ASSERT_FALSE(zone.ok());
    EXPECT_EQ(zone.error().code, ErrorCode::kInvalidArgument);
    EXPECT_THAT(zone.error().message, AllOf(HasSubstr("Illinois"), HasSubstr("more than one grid")));
    EXPECT_THAT(zone.error().hint,
                AllOf(HasSubstr("US-MIDA-PJM"), HasSubstr("US-MIDW-MISO"), HasSubstr("or US for")));
  }
}

TEST(Zones, AnEgridSubregionIsDirectAndNeverMeetsALifeCycleFigure) {
  const Result<Zone> camx = FindZone("CAMX");
  ASSERT_TRUE(camx.ok());
  EXPECT_EQ(camx->id, "EGRID-CAMX");
  EXPECT_EQ(IdOf("WECC California"), "EGRID-CAMX");
  // eGRID2022: 497.4 lb CO2, 0.030 lb CH4 and 0.004 lb N2O per MWh.
  EXPECT_NEAR(camx->intensity.value.value, (497.4 + 28 * 0.030 + 265 * 0.004) * 0.45359237, 0.01);
  EXPECT_EQ(camx->intensity.kind, "average-production-direct");
  EXPECT_EQ(camx->intensity.value.basis, Basis::kAssumed);
  EXPECT_THAT(camx->intensity.source, AllOf(HasSubstr("eGRID2022"), HasSubstr("not yet checked")));
  EXPECT_THAT(WhyKindsDoNotMix(camx->intensity.kind, FindZone("CISO")->intensity.kind),
              HasSubstr("life cycle"));
  const std::vector<Zone> all = AllZones();
  EXPECT_EQ(std::ranges::count_if(all, [](const Zone& zone) { return zone.id.starts_with("EGRID-"); }), 27);
}

TEST(Zones, EveryZoneIsFoundByItsIdAndNameAndEveryCountryByItsThreeLetters) {
  for (const Zone& zone : AllZones()) {
    EXPECT_EQ(IdOf(zone.id), zone.id);
    EXPECT_EQ(IdOf(zone.name), zone.id) << zone.name;
    for (const std::string& alias : zone.aliases) EXPECT_EQ(IdOf(alias), zone.id) << alias;
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
    EXPECT_THAT(zone.intensity.kind,
                AllOf(HasSubstr("average-"), EndsWith(IsEgrid(zone) ? "-direct" : "-lifecycle")))
        << zone.id;
    EXPECT_TRUE(IntensityKind(zone.intensity.kind).ok()) << zone.id;
    EXPECT_GE(zone.year, 2000) << zone.id;
    EXPECT_THAT(zone.intensity.source, ContainsRegex("[A-Za-z].*, " + std::to_string(zone.year))) << zone.id;
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
                                                 {"califonia", "(US-CAL-CISO)"},
                                                 {"Deutchland", "Germany (DE)"},
                                                 {"ERCTO", "(US-TEX-ERCO)"},
                                                 {"Pensylvania", "(US-MIDA-PJM)"},
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
  const Result<Zone> zone = FindZone("US-CAR");
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

TEST(Zones, AgreeWithTheCollectedCountryTable) {
  const auto rows = collected::Rows("country-default.csv");
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

TEST(Zones, EveryZoneWithAYearlyFigureIsKnown) {
  const auto rows = collected::Rows("zone-yearly.csv");
  if (rows.empty()) GTEST_SKIP() << "skipped: the collected grid tables are not here";
  std::set<std::string> ids;
  for (std::size_t i = 1; i < rows.size(); ++i) ids.insert(rows[i][0]);
  EXPECT_EQ(ids.size(), 352u);
  for (const std::string& id : ids) EXPECT_EQ(IdOf(id), id);
}

}  // namespace
}  // namespace jouleprint
